using Microsoft.Data.Sqlite;

namespace Billing.Simulation.Database;

/// <summary>
/// What is in all tables, kept to be put back. It is copied by rows: a copy of the whole database would make SQLite compile every statement anew.
/// </summary>
sealed class Templates(SqliteConnection connection, KeptStatements statements)
{
    readonly HashSet<int> _kept = [];
    IReadOnlyList<string>? _tables;

    /// <summary>All tables, those first to which others refer.</summary>
    IReadOnlyList<string> Tables => _tables ??= Ordered();

    /// <summary>Keeps what is there under a number.</summary>
    public void Keep(int number)
    {
        Run($"ATTACH DATABASE ':memory:' AS {Name(number)}");
        foreach (var table in Tables)
            Run($"CREATE TABLE {Name(number)}.\"{Copy(table)}\" AS SELECT * FROM main.\"{table}\"");
        _kept.Add(number);
    }

    /// <summary>Puts back what was kept under a number; nothing at all when nothing was.</summary>
    public void Restore(int number)
    {
        Run("BEGIN");
        foreach (var table in Tables.Reverse())
            Run($"DELETE FROM main.\"{table}\"");
        if (_kept.Contains(number))
            foreach (var table in Tables)
                Run($"INSERT INTO main.\"{table}\" SELECT * FROM {Name(number)}.\"{Copy(table)}\"");
        Run("COMMIT");
    }

    static string Name(int number) => $"kept{number}";

    /// <summary>SQLite keeps some names for itself.</summary>
    static string Copy(string table) => $"copy_{table}";

    void Run(string sql)
    {
        using var command = statements.Take(connection, sql);
        command.ExecuteNonQuery();
    }

    List<string> Ordered()
    {
        var tables = Read("SELECT name FROM main.sqlite_master WHERE type = 'table' AND (name NOT LIKE 'sqlite@_%' ESCAPE '@' OR name = 'sqlite_sequence') ORDER BY name");
        var refersTo = tables.ToDictionary(table => table, table => Read($"SELECT DISTINCT \"table\" FROM pragma_foreign_key_list('{table}')"));
        var ordered = new List<string>();
        while (ordered.Count < tables.Count)
            ordered.AddRange(tables.Where(table => !ordered.Contains(table) && refersTo[table].All(other => other == table || ordered.Contains(other))).ToList());
        return ordered;
    }

    List<string> Read(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
            names.Add(reader.GetString(0));
        return names;
    }
}
