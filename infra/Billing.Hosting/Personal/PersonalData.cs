using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Persistence.Personal;
using Billing.Sealing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Billing.Hosting.Personal;

/// <summary>Reads and erases what the marked columns hold of one account, in the transaction of its context.</summary>
public sealed class PersonalData<TContext>(TContext db, PersonalRows<TContext> rows, Sealer sealer)
    where TContext : DbContext
{
    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Every value that identifies the person, was written to him, or quotes him.</summary>
    public async Task<IReadOnlyList<HeldValue>> ReadAsync(string accountId, CancellationToken cancellationToken)
    {
        var cells = await CellsAsync(accountId, cancellationToken);
        var quotes = new Quotes(cells.SelectMany(Identities));
        var held = cells.SelectMany(cell => Held(cell, accountId, quotes)).ToList();
        db.ChangeTracker.Clear();
        return held;
    }

    /// <returns>How many values were erased, none the second time; and what may be quoted of him elsewhere.</returns>
    public async Task<(int Values, Quotes Quotes)> EraseAsync(string accountId, CancellationToken cancellationToken)
    {
        var cells = await CellsAsync(accountId, cancellationToken);
        var quotes = new Quotes(cells.SelectMany(Identities).Concat(cells.SelectMany(cell => Message(cell, accountId)?.Texts ?? [])));
        var erased = Erase(cells, accountId, quotes);
        await db.SaveChangesAsync(cancellationToken);
        return (erased, quotes);
    }

    /// <summary>
    /// Erases what these rows hold of the person whom all of them are about, and what they quote of each other. They are tracked, and not saved here.
    /// </summary>
    /// <returns>How many values were erased.</returns>
    public int Erase(IReadOnlyCollection<object> ofOne)
    {
        ArgumentNullException.ThrowIfNull(ofOne);
        var cells = ofOne.SelectMany(row => CellsOf(row, null)).ToList();
        return Erase(cells, null, new Quotes(cells.SelectMany(Identities)));
    }

    int Erase(IEnumerable<Cell> cells, string? accountId, Quotes quotes)
    {
        var erased = 0;
        foreach (var cell in cells)
            if (Without(cell, accountId, quotes) is { } instead)
            {
                cell.Entry.Property(cell.Column.Property.Name).CurrentValue = instead.Value;
                erased++;
            }

        return erased;
    }

    /// <param name="Entry">The row.</param>
    /// <param name="Since">Since when it is there.</param>
    /// <param name="Column">The column.</param>
    /// <param name="Text">What stands there.</param>
    sealed record Cell(EntityEntry Entry, DateTimeOffset? Since, PersonalColumn Column, string Text)
    {
        public string Table => Entry.Metadata.GetTableName()!;

        public string Row => string.Join(' ', Entry.Metadata.FindPrimaryKey()!.Properties
            .Select(key => Convert.ToString(Entry.Property(key.Name).CurrentValue, CultureInfo.InvariantCulture)));
    }

    sealed record Instead(object? Value);

    async Task<List<Cell>> CellsAsync(string accountId, CancellationToken cancellationToken)
    {
        var cells = new List<Cell>();
        foreach (var table in rows.Tables)
            foreach (var row in await table.ReadAsync(db, accountId, cancellationToken))
                cells.AddRange(CellsOf(row, table.Since(row)));
        return cells;
    }

    IEnumerable<Cell> CellsOf(object row, DateTimeOffset? since)
    {
        var entry = db.Entry(row);
        return PersonalColumn.Of(entry.Metadata).Select(column => (column, text: TextOf(entry.Property(column.Property.Name).CurrentValue)))
            .Where(cell => !string.IsNullOrEmpty(cell.text) && cell.text != cell.column.Mark.Instead)
            .Select(cell => new Cell(entry, since, cell.column, cell.text!));
    }

    static string? TextOf(object? value) => value switch
    {
        null => null,
        string text => text,
        IReadOnlyDictionary<string, string> values => JsonSerializer.Serialize(values, Json),
        var other => throw new InvalidOperationException($"{other.GetType()} cannot be read as what is held of a person.")
    };

    static IEnumerable<string> Identities(Cell cell) => cell.Column.Mark.Kind switch
    {
        PersonalKind.Identity => [cell.Text],
        PersonalKind.Members => MembersOf(cell).Select(member => member.Value),
        _ => []
    };

    static IEnumerable<KeyValuePair<string, string>> MembersOf(Cell cell)
    {
        if (JsonNode.Parse(cell.Text) is not JsonObject members)
            yield break;
        foreach (var name in cell.Column.Mark.Members)
            if (members[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 && text != PersonalAttribute.Erased)
                yield return new(name, text);
    }

    IEnumerable<HeldValue> Held(Cell cell, string accountId, Quotes quotes)
    {
        var name = cell.Column.Property.GetColumnName();
        return cell.Column.Mark.Kind switch
        {
            PersonalKind.Members => [.. MembersOf(cell).Select(member => Value($"{name}.{member.Key}", member.Value))],
            PersonalKind.Quotes when !quotes.In(cell.Text) => [],
            PersonalKind.Message when Message(cell, accountId) is null => [],
            _ => [Value(name, cell.Text)]
        };

        HeldValue Value(string column, string text) => new(cell.Table, cell.Row, column, cell.Since, text);
    }

    /// <returns>Null when it stays as it is.</returns>
    Instead? Without(Cell cell, string? accountId, Quotes quotes)
    {
        switch (cell.Column.Mark.Kind)
        {
            case PersonalKind.Identity or PersonalKind.Words:
                return new(Nothing(cell));
            case PersonalKind.Message:
                return Message(cell, accountId) is { } message ? new(message.Body ?? Nothing(cell)) : null;
            case PersonalKind.Quotes or PersonalKind.Members:
                var text = quotes.Out(cell.Column.Mark.Kind == PersonalKind.Members ? WithoutMembers(cell) : cell.Text);
                return text == cell.Text ? null : new(text);
            case var other:
                throw new InvalidOperationException($"{other} is no kind of what is held of a person.");
        }
    }

    static string WithoutMembers(Cell cell)
    {
        var told = MembersOf(cell).Select(member => member.Key).ToList();
        if (told.Count == 0)
            return cell.Text;
        var members = JsonNode.Parse(cell.Text)!.AsObject();
        foreach (var name in told)
            members[name] = PersonalAttribute.Erased;
        return members.ToJsonString(Json);
    }

    static string? Nothing(Cell cell) => cell.Column.Property.IsNullable ? null : cell.Column.Mark.Instead;

    /// <param name="accountId">Null when nobody can say whose it is: then nothing is taken out of it.</param>
    ErasedMessage? Message(Cell cell, string? accountId) =>
        cell.Column.Mark.Kind == PersonalKind.Message && accountId is not null ? MessageErasure.Of(cell.Text, accountId, sealer) : null;
}
