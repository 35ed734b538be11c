using Microsoft.Data.Sqlite;

namespace Billing.Simulation.Database;

/// <summary>
/// The connections of one world. All steps share one, so that whoever reads a row has its lock. Without the lock of accounts each step that runs between
/// what another has read and what it writes has one of its own, and both see one database.
/// </summary>
sealed class Connections : IDisposable
{
    readonly List<SqliteConnection> _open = [];
    readonly string _text;

    public Connections(bool oneForAll)
    {
        OneForAll = oneForAll;
        _text = oneForAll ? "Data Source=:memory:;Foreign Keys=True" : $"Data Source=world-{Guid.NewGuid():N};Mode=Memory;Cache=Shared;Foreign Keys=True";
    }

    public bool OneForAll { get; }

    public SqliteConnection First => At(0);

    /// <summary>How many steps lie around the one that asks.</summary>
    public Func<int> Depth { get; set; } = () => 0;

    public SqliteConnection Current => At(Depth());

    public void Dispose() => _open.ForEach(connection => connection.Dispose());

    SqliteConnection At(int depth)
    {
        var at = OneForAll ? 0 : depth;
        while (_open.Count <= at)
        {
            _open.Add(new SqliteConnection(_text));
            _open[^1].Open();
        }

        return _open[at];
    }
}
