using Billing.Persistence.Bulk;
using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.SqlServer;

/// <summary>How far a secondary is behind stands in views of the server that a service's user may not read.</summary>
sealed class SqlServerReplication : IReplication
{
    const string Sql = "SELECT CAST(CASE WHEN DATABASEPROPERTYEX(DB_NAME(), 'Updateability') = 'READ_ONLY' THEN 1 ELSE 0 END AS bit)";

    public Task<ReplicationState> LookAsync(DbContext db, CancellationToken cancellationToken = default) =>
        BulkCommand.RunAsync(db, Sql, [],
            async command => new ReplicationState((bool)(await command.ExecuteScalarAsync(cancellationToken))!, IsFed: true, Behind: null), cancellationToken);
}
