using Billing.Persistence.Bulk;
using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.Postgres;

sealed class PostgresClock : IDatabaseClock
{
    public Task<DateTime> NowAsync(DbContext db, CancellationToken cancellationToken = default) =>
        BulkCommand.RunAsync(db, "SELECT clock_timestamp()", [], async command =>
            ((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!).ToUniversalTime(), cancellationToken);
}
