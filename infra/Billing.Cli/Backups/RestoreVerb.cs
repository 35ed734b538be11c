using System.CommandLine;
using System.Globalization;
using Npgsql;

namespace Billing.Cli.Backups;

/// <summary>
/// <c>restore FOLDER [--replace]</c>: brings the databases and the queues back, and marks them, so that nothing leaves until a person has looked. It checks all
/// that can be checked before it touches anything.
/// </summary>
static class RestoreVerb
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "As backup wrote it." };
        var replace = new Option<bool>("--replace") { Description = "Databases that hold something are dropped for it." };
        var skip = PaperNumbers.Skip();
        const string Description = "Brings back what backup wrote, while no service runs. Nothing leaves until 'restored release'.";
        var check = new Option<bool>("--check") { Description = "Only says whether it can be brought back, and touches nothing." };
        var verb = new Command("restore", Description) { folder, replace, skip, check };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var source = Path.GetFullPath(parsed.GetValue(folder)!);
            var manifest = await BackupManifest.ReadAsync(source, cancellation);
            var place = new BackupPlace();
            await CheckAsync(manifest, place, cancellation);
            await using var broker = await BrokerCopy.ConnectAsync(place, cancellation);
            var before = await ReplacedAsync(manifest, place, parsed.GetValue(replace), cancellation);
            if (parsed.GetValue(check))
                return 0;
            await place.NobodyWorksAsync("restore", cancellation);
            foreach (var database in manifest.Databases)
            {
                await RestoreAsync(database, source, place, cancellation);
                await RestorationMark.WriteAsync(place, database.Name, manifest.TakenAt, cancellation);
                await PaperNumbers.GoOnAsync(place, database.Name, before.GetValueOrDefault(database.Name), parsed.GetValue(skip), cancellation);
                Screen.Unbroken($"{database.Service}: {DatabaseRows.Text(database.AllRows)} rows in {database.Rows.Count} tables, each as in the backup");
            }

            var purged = await broker.ReplaceAsync(source, cancellation);
            Screen.Unbroken($"broker: {manifest.Messages} messages put back" + (purged > 0 ? $", {purged} of another time taken away" : ""));
            Screen.Unbroken($"as of {manifest.TakenAt:u}; nothing leaves before: restored release");
            return 0;
        });
        return verb;
    }

    static async Task CheckAsync(BackupManifest manifest, BackupPlace place, CancellationToken cancellation)
    {
        if (System.Version.TryParse(manifest.Version.Split('-')[0], out var made) && System.Version.TryParse(BackupVerb.Version.Split('-')[0], out var own)
            && made > own)
            throw new CliException($"The backup was made by version {manifest.Version}, and this is {BackupVerb.Version}: its tables may be "
                + "newer than this program.");
        if (manifest.SealingKey != place.SealingKey)
            throw new CliException($"The backup is sealed with the key {manifest.SealingKey ?? "of nobody"}, and here is {place.SealingKey ?? "none"}: "
                + "contact data could not be read. Set BILLING_SEALING_KEY (and its name) as it was; a backup holds no keys.");
        await PostgresTool.FitsAsync("pg_restore", manifest.DatabaseServer, cancellation);
        foreach (var database in manifest.Databases)
            if (place.DatabaseOf(database.Service) is var name && name != database.Name)
                throw new CliException($"The backup's database of {database.Service} is {database.Name}, and here it is {name}.");
    }

    /// <returns>The last number of each sequence of the databases that are to be replaced.</returns>
    static async Task<Dictionary<string, IReadOnlyDictionary<string, long>>> ReplacedAsync(
        BackupManifest manifest, BackupPlace place, bool replace, CancellationToken cancellation)
    {
        var before = new Dictionary<string, IReadOnlyDictionary<string, long>>(StringComparer.Ordinal);
        await using var server = await OpenAsync(place, "postgres", cancellation);
        foreach (var database in manifest.Databases)
        {
            if (!await server.AskAsync<bool>("select exists(select from pg_roles where rolname = @name)", cancellation, database.Owner))
                throw new CliException($"The server has no role {database.Owner}, to which the tables of {database.Service} belong; infra/postgres makes it, "
                    + "and the service's own.");
            if (!await server.AskAsync<bool>("select exists(select from pg_database where datname = @name)", cancellation, database.Name))
                continue;
            await using var connection = await OpenAsync(place, database.Name, cancellation);
            if ((await DatabaseRows.TablesAsync(connection, cancellation)).Count > 0 && !replace)
                throw new CliException($"The database {database.Name} is not empty. --replace drops it, and brings back the one of the backup.");
            before[database.Name] = await DatabaseRows.SequencesAsync(connection, cancellation);
        }

        return before;
    }

    static async Task RestoreAsync(BackedUpDatabase database, string folder, BackupPlace place, CancellationToken cancellation)
    {
        await using (var server = await OpenAsync(place, "postgres", cancellation))
            await server.DoAsync($"drop database if exists {DatabaseRows.Quoted(database.Name)} with (force)", cancellation);
        var jobs = Math.Clamp(Environment.ProcessorCount, 1, 4).ToString(CultureInfo.InvariantCulture);
        await PostgresTool.RunAsync("pg_restore", place.Server,
            ["--create", "--exit-on-error", $"--jobs={jobs}", "--dbname=postgres", Path.Combine(folder, database.File)], cancellation);
        await using var connection = await OpenAsync(place, database.Name, cancellation);
        var rows = await DatabaseRows.CountAsync(connection, cancellation);
        if (database.Rows.FirstOrDefault(table => !rows.TryGetValue(table.Key, out var count) || count != table.Value) is { Key: { } other })
            throw new CliException($"{database.Name}: the table {other} has {rows.GetValueOrDefault(other)} rows; expected {database.Rows[other]}.");
    }

    internal static async Task<NpgsqlConnection> OpenAsync(BackupPlace place, string database, CancellationToken cancellation)
    {
        var connection = place.Connection(database);
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            await connection.DisposeAsync();
            throw new CliException($"The database {database} cannot be opened: {e.Message}", e);
        }
    }
}

/// <summary>
/// Tells a service that its database was brought back. Written before the service starts, so that there is no moment in which something leaves.
/// </summary>
static class RestorationMark
{
    /// <exception cref="CliException">The database has no table for it: a service that starts on it would let everything leave.</exception>
    public static async Task WriteAsync(BackupPlace place, string database, DateTimeOffset takenAt, CancellationToken cancellation)
    {
        await using var connection = await RestoreVerb.OpenAsync(place, database, cancellation);
        if (!(await DatabaseRows.TablesAsync(connection, cancellation)).Contains("Restoration"))
            throw new CliException($"{database} has no table for the mark that holds back what leaves; start no service of it.");
        await using var command = new NpgsqlCommand("""
            insert into "Restoration" ("RestorationId", "TakenAt", "RestoredAt", "RestoredBy", "NothingLeft")
            values (gen_random_uuid(), @takenAt, clock_timestamp(), @by, false)
            """, connection);
        command.Parameters.AddWithValue("takenAt", takenAt.UtcDateTime);
        command.Parameters.AddWithValue("by", Environment.UserName);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
