using System.Data.Common;
using System.Text;
using System.Text.RegularExpressions;
using Billing.Hosting.Faults;
using Billing.Persistence;
using Billing.Sealing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Billing.Hosting.Personal;

/// <summary>What a service has sealed, by the keys that open it.</summary>
/// <param name="Service">Which service.</param>
/// <param name="CurrentKey">Under which it seals; null when it seals nothing.</param>
/// <param name="Keys">All that it knows.</param>
/// <param name="Held">What each place holds; a place that holds nothing sealed is not named.</param>
public sealed record HeldSeals(string Service, string? CurrentKey, IReadOnlyList<string> Keys, IReadOnlyList<SealedPlace> Held);

/// <param name="Place">A table with its column, or a queue of what was set aside.</param>
/// <param name="ByKey">Values by the name of their key; one with parts under several keys counts for each. Also keys that are not here.</param>
public sealed record SealedPlace(string Place, IReadOnlyDictionary<string, long> ByKey);

/// <param name="Rewrapped">Values that were sealed anew.</param>
/// <param name="Locked">Values that could not be opened, and stayed as they are.</param>
public sealed record RewrappedSet(int Rewrapped, int Locked);

/// <summary>Counts what is sealed in the tables of this service, and seals it anew under the current key.</summary>
public abstract class SealBook
{
    /// <summary>Values of one set: a second's work.</summary>
    public const int UsualSet = 2000;

    public const int LargestSet = 20_000;

    public abstract Task<HeldSeals> CountAsync(CancellationToken cancellationToken);

    /// <summary>Seals a set of what lies under another key anew. Asked until nothing is left, it goes on wherever it was ended.</summary>
    public abstract Task<RewrappedSet> RewrapAsync(int most, CancellationToken cancellationToken);
}

/// <summary>
/// It looks at texts as they lie in the tables, not at what EF makes of them: so it finds whole columns, parts of JSON and bodies of messages alike, and also a
/// column that nobody thought of. A column with a longest length holds nothing sealed.
/// </summary>
sealed partial class SealBook<TContext>(Transactions<TContext> transactions, FaultBook faults, Sealer sealer, ServiceName service) : SealBook
    where TContext : DbContext
{
    const char Escape = '~';

    public override async Task<HeldSeals> CountAsync(CancellationToken cancellationToken)
    {
        var places = new List<SealedPlace>();
        foreach (var column in await transactions.RunAsync(db => Task.FromResult(ColumnsOf(db)), cancellationToken))
            if (await transactions.RunAsync(db => KeysOfAsync(db, column, cancellationToken), cancellationToken) is { Count: > 0 } keys)
                places.Add(new SealedPlace($"{column.Table}.{column.Name}", keys));
        places.AddRange((await faults.SealsAsync(cancellationToken)).Select(queue => new SealedPlace($"queue {queue.Key}", queue.Value)));
        return new HeldSeals(service.Value, sealer.CurrentKey, sealer.KeyNames, places);
    }

    public override async Task<RewrappedSet> RewrapAsync(int most, CancellationToken cancellationToken)
    {
        var (rewrapped, locked) = (0, 0);
        foreach (var column in await transactions.RunAsync(db => Task.FromResult(ColumnsOf(db)), cancellationToken))
        {
            if (rewrapped >= most)
                break;
            var set = await transactions.RunAsync(db => RewrapAsync(db, column, most - rewrapped, cancellationToken), cancellationToken);
            (rewrapped, locked) = (rewrapped + set.Rewrapped, locked + set.Locked);
        }

        return new RewrappedSet(rewrapped, locked);
    }

    sealed record Column(string Table, string Name, IReadOnlyList<string> Keys);

    static List<Column> ColumnsOf(TContext db) =>
    [
        .. db.Model.GetEntityTypes().Where(entity => entity.GetTableName() is not null)
            .SelectMany(entity => entity.GetProperties().Where(MayBeSealed).Select(property => new Column(entity.GetTableName()!, property.GetColumnName(),
                [.. entity.FindPrimaryKey()!.Properties.Select(key => key.GetColumnName())])))
            .DistinctBy(column => (column.Table, column.Name)).OrderBy(column => column.Table, StringComparer.Ordinal)
            .ThenBy(column => column.Name, StringComparer.Ordinal)
    ];

    static bool MayBeSealed(IProperty property) => !property.IsPrimaryKey() && property.GetMaxLength() is null
        && (property.GetTypeMapping().Converter?.ProviderClrType ?? property.ClrType) == typeof(string) && !property.ClrType.IsEnum;

    /// <summary>Names of keys in the column, whoever knows them: one pass, and only of rows that hold something sealed.</summary>
    async Task<IReadOnlyDictionary<string, long>> KeysOfAsync(TContext db, Column column, CancellationToken cancellationToken)
    {
        var quote = Quote(db);
        var name = quote(column.Name);
        var sums = sealer.KeyNames.Select(key => $"SUM(CASE WHEN {name} LIKE {Under(key)} THEN 1 ELSE 0 END)");
        var other = sealer.KeyNames.Count == 0 ? "1 = 1" : string.Join(" AND ", sealer.KeyNames.Select(key => $"{name} NOT LIKE {Under(key)}"));
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var others = 0L;
        await using (var command = await CommandAsync(db, $"SELECT {string.Join(", ", sums.Append($"SUM(CASE WHEN {other} THEN 1 ELSE 0 END)"))} "
            + $"FROM {quote(column.Table)} WHERE {name} LIKE '%{Sealer.Mark}%'", cancellationToken))
        {
            command.CommandTimeout = 0;     // as long as the table is
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            for (var index = 0; index < sealer.KeyNames.Count; index++)
                Count(sealer.KeyNames[index], Number(reader, index));
            others = Number(reader, sealer.KeyNames.Count);
        }

        if (others > 0)
            await CountOthersAsync();
        return counts;

        // Keys that are not here have names, too: they are read from what they seal.
        async Task CountOthersAsync()
        {
            await using var command = await CommandAsync(
                db, $"SELECT {name} FROM {quote(column.Table)} WHERE {name} LIKE '%{Sealer.Mark}%' AND {other}", cancellationToken);
            command.CommandTimeout = 0;
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                foreach (var key in SealedText().Matches(reader.GetString(0)).Select(match => match.Value.Split(':')[2]).Distinct())
                    Count(key, 1);
        }

        void Count(string key, long more)
        {
            if (more > 0)
                counts[key] = counts.GetValueOrDefault(key) + more;
        }
    }

    static long Number(DbDataReader reader, int index) => reader.IsDBNull(index) ? 0 : Convert.ToInt64(reader.GetValue(index), null);

    async Task<RewrappedSet> RewrapAsync(TContext db, Column column, int most, CancellationToken cancellationToken)
    {
        string[] old = [.. sealer.KeyNames.Where(key => key != sealer.CurrentKey)];
        if (old.Length == 0)
            return new RewrappedSet(0, 0);
        var quote = Quote(db);
        var (table, name) = (quote(column.Table), quote(column.Name));
        var keys = string.Join(", ", column.Keys.Select(quote));
        var rows = new List<object[]>();
        await using (var select = await CommandAsync(db, $"SELECT {keys}, {name} FROM {table} "
            + $"WHERE {string.Join(" OR ", old.Select(key => $"{name} LIKE {Under(key)}"))} ORDER BY {keys} OFFSET 0 ROWS FETCH NEXT {most} ROWS ONLY",
            cancellationToken))
        {
            select.CommandTimeout = 0;
            await using var reader = await select.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                var row = new object[reader.FieldCount];
                reader.GetValues(row);
                rows.Add(row);
            }
        }

        var (rewrapped, locked) = (0, 0);
        var statement = $"UPDATE {table} SET {name} = @anew WHERE {name} = @before AND "
            + string.Join(" AND ", column.Keys.Select((key, index) => $"{quote(key)} = @key{index}"));
        foreach (var row in rows)
        {
            var before = (string)row[^1];
            if (Anew(before) is not { } anew)
            {
                locked++;
                continue;
            }

            // a command of its own: one that the client has prepared by itself goes on with the parameters that it had
            await using var update = await CommandAsync(db, statement, cancellationToken);
            Add(update, "anew", anew);
            Add(update, "before", before);      // who changed it meanwhile has sealed it under the current key
            for (var index = 0; index < column.Keys.Count; index++)
                Add(update, $"key{index}", row[index]);
            rewrapped += await update.ExecuteNonQueryAsync(cancellationToken);
        }

        return new RewrappedSet(rewrapped, locked);
    }

    /// <returns>Null when a part of it cannot be opened.</returns>
    string? Anew(string text)
    {
        try
        {
            return SealedText().Replace(text, one => sealer.Seal(sealer.Open(one.Value))!);
        }
        catch (SealException)
        {
            return null;
        }
    }

    static Func<string, string> Quote(TContext db) => db.GetService<ISqlGenerationHelper>().DelimitIdentifier;

    /// <summary>A pattern for what is sealed under a key. Names of keys have no quotes in them.</summary>
    static string Under(string key) =>
        $"'%{Sealer.Mark}{new StringBuilder(key).Replace("_", $"{Escape}_")}:%' ESCAPE '{Escape}'";

    static async Task<DbCommand> CommandAsync(TContext db, string sql, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        return command;
    }

    static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value);
        command.Parameters.Add(parameter);
    }

    [GeneratedRegex("sealed:v1:[^:\"\\\\\\s]+:[A-Za-z0-9+/=]+")]
    private static partial Regex SealedText();
}
