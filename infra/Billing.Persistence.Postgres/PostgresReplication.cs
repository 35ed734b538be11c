using Billing.Persistence.Bulk;
using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.Postgres;

sealed class PostgresReplication : IReplication
{
    /// <summary>
    /// A standby that is fed and has shown all that it has is not behind, however long ago the primary last committed. Any user sees that there is a receiver,
    /// though not what it receives.
    /// </summary>
    const string Sql =
        """
        SELECT pg_is_in_recovery(), EXISTS (SELECT FROM pg_stat_wal_receiver), extract(epoch FROM CASE
            WHEN EXISTS (SELECT FROM pg_stat_wal_receiver) AND pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() THEN interval '0'
            ELSE clock_timestamp() - pg_last_xact_replay_timestamp() END)::float8
        """;

    public Task<ReplicationState> LookAsync(DbContext db, CancellationToken cancellationToken = default) =>
        BulkCommand.RunAsync(db, Sql, [], async command =>
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            var isReplica = reader.GetBoolean(0);
            return new ReplicationState(isReplica, !isReplica || reader.GetBoolean(1),
                isReplica && !await reader.IsDBNullAsync(2, cancellationToken) ? TimeSpan.FromSeconds(Math.Max(0, reader.GetDouble(2))) : null);
        }, cancellationToken);
}
