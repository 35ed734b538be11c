namespace Billing.Cli.Backups;

/// <summary>A database that was brought back by the log of its server.</summary>
static class RecoveredDatabase
{
    /// <summary>It takes writes, the mark has a place in it, and nobody works on it: a service that runs would not see the mark.</summary>
    /// <exception cref="CliException">It is not where it has to be yet.</exception>
    public static async Task CheckAsync(BackupPlace place, string service, CancellationToken cancellation)
    {
        var database = place.DatabaseOf(service);
        await using var connection = await RestoreVerb.OpenAsync(place, database, cancellation);
        if (await connection.AskAsync<bool>("select pg_is_in_recovery()", cancellation))
        {
            var upTo = await connection.AskAsync<string>("select coalesce(pg_last_xact_replay_timestamp()::text, 'its beginning')", cancellation);
            throw new CliException($"The server of {database} is still in recovery: it has replayed the log up to {upTo}. With "
                + "recovery_target_action = 'promote' it ends by itself; else: select pg_promote().");
        }

        var others = await connection.AskAsync<string>("""
            select coalesce(string_agg(distinct coalesce(nullif(application_name, ''), usename::text), ', '), '') from pg_stat_activity
            where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
            """, cancellation);
        if (others.Length > 0)
            throw new CliException($"Somebody is connected to {database}: {others}. Stop every process of the services first; one that has begun already "
                + "knows nothing of the mark.");
        if (!(await DatabaseRows.TablesAsync(connection, cancellation)).Contains("Restoration"))
            throw new CliException($"{database} has no table for the mark that holds back what leaves; start no service of it.");
    }
}
