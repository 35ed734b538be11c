using System.CommandLine;
using System.Reflection;

namespace Billing.Cli.Backups;

/// <summary><c>backup FOLDER</c>: the four databases, how the queues are bound and what lies in them, all of one moment.</summary>
static class BackupVerb
{
    /// <summary>Contact data is sealed in it, and still nobody else's business.</summary>
    const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static string Version => typeof(BackupVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "A folder that is not there yet, or empty." };
        var copied = new Option<string?>("--copied")
        {
            Description = "A file that is made when all is read or held fast: from then on the services may work again.",
            HelpName = "FILE"
        };
        var with = new Option<string[]>("--with") { Description = "A file of settings that goes with it; none with a secret.", HelpName = "FILE" };
        var verb = new Command("backup", "Writes what the services keep into a folder, while none of them runs.") { folder, copied, with };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var target = Prepared(Path.GetFullPath(parsed.GetValue(folder)!));
            var manifest = await WriteAsync(target, parsed.GetValue(copied), parsed.GetValue(with) ?? [], cancellation);
            foreach (var database in manifest.Databases)
                Screen.Unbroken($"{database.Service}: {DatabaseRows.Text(database.AllRows)} rows in {database.Rows.Count} tables, {database.Migration}");
            Screen.Unbroken($"broker: {manifest.Messages} messages in {manifest.Queues.Count} queues");
            Screen.Unbroken($"{target}: as of {manifest.TakenAt:u}, {manifest.Files.Sum(file => file.Bytes) / 1024:N0} KiB");
            return 0;
        });
        return verb;
    }

    static string Prepared(string folder)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new CliException($"{folder} is not empty; a backup goes into a folder of its own.");
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnersAlone);
        foreach (var part in (string[])["databases", "broker", "settings"])
            Directory.CreateDirectory(Path.Combine(folder, part));
        return folder;
    }

    static async Task<BackupManifest> WriteAsync(string folder, string? copied, string[] with, CancellationToken cancellation)
    {
        var place = new BackupPlace();
        await place.NobodyWorksAsync("backup", cancellation);
        var snapshots = new List<DatabaseSnapshot>();
        try
        {
            foreach (var service in BackupPlace.Services)
                snapshots.Add(await DatabaseSnapshot.OpenAsync(place, service, cancellation));
            await PostgresTool.FitsAsync("pg_dump", snapshots[0].ServerVersion, cancellation);
            IReadOnlyDictionary<string, int> queues;
            await using (var broker = await BrokerCopy.ConnectAsync(place, cancellation))
            {
                await broker.WriteDefinitionsAsync(folder, cancellation);
                queues = await broker.WriteMessagesAsync(folder, cancellation);
            }

            // Nobody worked while the first snapshot was taken and the last queue was read, or a queue had a consumer.
            await place.NobodyWorksAsync("backup", cancellation);
            if (copied is not null)
                await File.WriteAllTextAsync(copied, "", cancellation);
            foreach (var file in with)
                File.Copy(file, Path.Combine(folder, "settings", Path.GetFileName(file)));
            var databases = new List<BackedUpDatabase>();
            foreach (var snapshot in snapshots)
                databases.Add(await snapshot.WriteAsync(place, folder, cancellation));
            // Last of all: a folder without it is no backup.
            var manifest = new BackupManifest(BackupManifest.CurrentFormat, Version, snapshots[0].TakenAt, snapshots[0].ServerVersion, place.SealingKey,
                databases, queues, await FilesAsync(folder, cancellation));
            await manifest.WriteAsync(folder, cancellation);
            return manifest;
        }
        finally
        {
            foreach (var snapshot in snapshots)
                await snapshot.DisposeAsync();
        }
    }

    static async Task<IReadOnlyList<BackedUpFile>> FilesAsync(string folder, CancellationToken cancellation)
    {
        var files = new List<BackedUpFile>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            files.Add((await BackedUpFile.OfAsync(folder, Path.GetRelativePath(folder, file), cancellation))!);
        return files;
    }
}
