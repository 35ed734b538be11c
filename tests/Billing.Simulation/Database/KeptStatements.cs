using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Billing.Simulation.Database;

/// <summary>
/// Statements are compiled once and run often. SQLite compiles what a command is given, and EF makes a new command each time; here a command is given back
/// when it is disposed of, and taken again for the same text.
/// </summary>
sealed class KeptStatements : DbCommandInterceptor
{
    readonly Dictionary<(SqliteConnection, string), Stack<KeptCommand>> _free = [];
    readonly Lock _gate = new();

    public SqliteCommand Take(SqliteConnection connection, string text)
    {
        lock (_gate)
        {
            if (!_free.TryGetValue((connection, text), out var free))
                _free[(connection, text)] = free = new Stack<KeptCommand>();
            if (!free.TryPop(out var command))
                return new KeptCommand(this, free) { Connection = connection, CommandText = text };
            if (command.CommandText != text)
                command.CommandText = text;     // a guard that is out had changed it
            return command;
        }
    }

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        if (result is not SqliteCommand { Connection: { } connection } made)
            return result;
        var command = Take(connection, made.CommandText);
        command.Transaction = made.Transaction;
        foreach (SqliteParameter parameter in made.Parameters)
            command.Parameters.Add(parameter);
        made.Dispose();
        return command;
    }

    sealed class KeptCommand(KeptStatements owner, Stack<KeptCommand> free) : SqliteCommand
    {
        /// <summary>Nothing of it is freed before the connection is.</summary>
        [SuppressMessage("Usage", "CA2215",
            Justification = "whoever disposes of it gives it back; the base would free the compiled statement, which is kept for the next one")]
        protected override void Dispose(bool disposing)
        {
            if (!disposing)
                return;
            Parameters.Clear();
            Transaction = null;
            lock (owner._gate)
                free.Push(this);
        }
    }
}
