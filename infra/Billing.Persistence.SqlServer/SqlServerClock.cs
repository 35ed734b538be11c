using Billing.Persistence.Bulk;
using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.SqlServer;

sealed class SqlServerClock : IDatabaseClock
{
    public Task<DateTime> NowAsync(DbContext db, CancellationToken cancellationToken = default) =>
        BulkCommand.RunAsync(db, "SELECT SYSUTCDATETIME()", [],
            async command => DateTime.SpecifyKind((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!, DateTimeKind.Utc), cancellationToken);
}
