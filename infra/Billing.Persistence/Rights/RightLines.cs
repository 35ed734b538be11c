namespace Billing.Persistence.Rights;

/// <summary>
/// A right is one line, such as <c>Invoice INSERT</c> or <c>Invoice UPDATE Status</c>, so that those that are wanted and those that the server has can be
/// compared: nothing is written when all is as it should be. No name of a table has a blank in it.
/// </summary>
static class RightLines
{
    const string History = "__EFMigrationsHistory";

    /// <param name="wanted">By the model.</param>
    /// <param name="tables">All tables that are there.</param>
    /// <param name="sequences">All sequences that are there.</param>
    /// <param name="toTake">The right to take numbers from a sequence.</param>
    public static List<string> Of(WantedRights wanted, IEnumerable<string> tables, IEnumerable<string> sequences, string toTake) =>
    [
        $"{History} SELECT",
        .. sequences.Select(sequence => $"{sequence} {toTake}"),
        .. tables.Where(table => wanted.Beside.Any(prefix => table.StartsWith(prefix, StringComparison.Ordinal)))
            .SelectMany(table => ((string[])["SELECT", "INSERT", "UPDATE", "DELETE"]).Select(right => $"{table} {right}")),
        .. wanted.Tables.SelectMany(Of)
    ];

    /// <summary>What brings a user from the rights that he has to those that are wanted.</summary>
    /// <param name="user">Quoted.</param>
    /// <param name="wanted">Lines.</param>
    /// <param name="held">Lines.</param>
    /// <param name="quote">Quotes a name.</param>
    /// <param name="kindOf">What stands in front of a relation's name for this right, such as <c>SEQUENCE</c> and a blank.</param>
    public static IEnumerable<string> Statements(
        string user, IReadOnlyCollection<string> wanted, IReadOnlyCollection<string> held, Func<string, string> quote, Func<string, string> kindOf)
    {
        foreach (var relation in wanted.Concat(held).Select(line => line.Split(' ')[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (before, after) = (OfRelation(held, relation), OfRelation(wanted, relation));
            var tooMany = before.Except(after, StringComparer.Ordinal).ToList();
            foreach (var line in tooMany)
                yield return $"REVOKE {On(line)} FROM {user}";
            // a right on a whole table takes those on its columns away with it
            foreach (var line in tooMany.Count > 0 ? after : after.Except(before, StringComparer.Ordinal))
                yield return $"GRANT {On(line)} TO {user}";
        }

        string On(string line) => line.Split(' ', 3) switch
        {
            [var relation, var right, var column] => $"{right} ({quote(column)}) ON {quote(relation)}",
            [var relation, var right] => $"{right} ON {kindOf(right)}{quote(relation)}",
            _ => throw new ArgumentException($"'{line}' is no right.", nameof(wanted))
        };
    }

    static List<string> OfRelation(IEnumerable<string> lines, string relation) =>
        [.. lines.Where(line => line.StartsWith($"{relation} ", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];

    static IEnumerable<string> Of(TableRights table) =>
    [
        $"{table.Table} SELECT",
        $"{table.Table} INSERT",
        .. table.Changes && table.Columns.Count == 0 ? (string[])[$"{table.Table} UPDATE"] : [],
        .. table.Columns.Select(column => $"{table.Table} UPDATE {column}"),
        .. table.Deletes ? (string[])[$"{table.Table} DELETE"] : []
    ];
}
