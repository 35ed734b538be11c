using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Billing.Persistence;

/// <summary>Writes the lock that a query asked for by its tag into the statement, in the provider's words.</summary>
abstract class RowLockInterceptor : DbCommandInterceptor
{
    internal abstract string Lock(string sql, RowLock kind);

    public override InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Rewrite(command);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Rewrite(command);
        return ValueTask.FromResult(result);
    }

    void Rewrite(DbCommand command)
    {
        if (RowLocks.AskedBy(command.CommandText) is { } kind)
#pragma warning disable CA2100 // the text is EF's own, with a fixed clause added
            command.CommandText = Lock(command.CommandText, kind);
#pragma warning restore CA2100
    }
}
