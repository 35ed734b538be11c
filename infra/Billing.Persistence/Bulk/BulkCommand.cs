using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Billing.Persistence.Bulk;

/// <summary>A command on the context's own connection, in its current transaction and with its timeout.</summary>
static class BulkCommand
{
    /// <summary>Every row that the command answers with.</summary>
    public static Task<List<T>> ReadAsync<T>(
        DbContext db, string sql, IEnumerable<DbParameter> parameters, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        RunAsync(db, sql, parameters, async command =>
        {
            var rows = new List<T>();
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                rows.Add(read(reader));
            return rows;
        }, cancellationToken);

    public static async Task<TResult> RunAsync<TResult>(
        DbContext db, string sql, IEnumerable<DbParameter> parameters, Func<DbCommand, Task<TResult>> run, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // built from names of the EF model, which are quoted; values are parameters
            command.CommandText = sql;
#pragma warning restore CA2100
            command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
            if (db.Database.GetCommandTimeout() is { } seconds)
                command.CommandTimeout = seconds;
            foreach (var parameter in parameters)
                command.Parameters.Add(parameter);
            return await run(command);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}
