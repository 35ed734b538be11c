using System.Security.Cryptography;
using System.Text.Json;

namespace Billing.Cli.Backups;

/// <summary>
/// What a backup holds, by which the folder is checked before anything is brought back from it. It holds no secret: of the key under which contact data is
/// sealed only what tells it from another.
/// </summary>
/// <param name="Format">Of the folder; this program reads <see cref="CurrentFormat"/>.</param>
/// <param name="Version">Of the program that made it.</param>
/// <param name="TakenAt">The moment of which everything in it is, by the clock of the database server.</param>
/// <param name="DatabaseServer">The version of PostgreSQL, such as 17.</param>
/// <param name="SealingKey">Its name and fingerprint; null when nothing is sealed.</param>
/// <param name="Databases">One for each service.</param>
/// <param name="Queues">Messages that lay in queues, by queue; those without any are left out.</param>
/// <param name="Files">All files but this one.</param>
public sealed record BackupManifest(
    int Format, string Version, DateTimeOffset TakenAt, int DatabaseServer, string? SealingKey, IReadOnlyList<BackedUpDatabase> Databases,
    IReadOnlyDictionary<string, int> Queues, IReadOnlyList<BackedUpFile> Files)
{
    public const int CurrentFormat = 1;
    public const string FileName = "manifest.json";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectRequiredConstructorParameters = true };

    public int Messages => Queues.Values.Sum();

    public async Task WriteAsync(string folder, CancellationToken cancellation) =>
        await File.WriteAllTextAsync(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, Json) + "\n", cancellation);

    /// <exception cref="CliException">There is none, it is of another format, or a file is not what it was when it was written.</exception>
    public static async Task<BackupManifest> ReadAsync(string folder, CancellationToken cancellation)
    {
        var file = Path.Combine(folder, FileName);
        BackupManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<BackupManifest>(await File.ReadAllTextAsync(file, cancellation), Json)
                ?? throw new JsonException("it is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CliException($"{folder} is no backup: {file} cannot be read: {e.Message}", e);
        }

        if (manifest.Format != CurrentFormat)
            throw new CliException($"{folder} has the format {manifest.Format}; this program reads {CurrentFormat}.");
        foreach (var expected in manifest.Files)
            if (await BackedUpFile.OfAsync(folder, expected.File, cancellation) is var found && found != expected)
                throw new CliException(found is null ? $"{expected.File} of the backup is missing."
                    : $"{expected.File} of the backup is not what was written: {found.Bytes} bytes with the SHA-256 {found.Sha256}; expected "
                        + $"{expected.Bytes} with {expected.Sha256}.");
        return manifest;
    }
}

/// <param name="Service">Such as <c>monthclose</c>.</param>
/// <param name="Name">Of the database.</param>
/// <param name="Owner">Of its tables.</param>
/// <param name="File">As pg_dump wrote it.</param>
/// <param name="Migration">The last one that was done.</param>
/// <param name="Rows">Of each table.</param>
public sealed record BackedUpDatabase(string Service, string Name, string Owner, string File, string? Migration, IReadOnlyDictionary<string, long> Rows)
{
    public long AllRows => Rows.Values.Sum();
}

/// <param name="File">Relative to the folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its bytes, in hexadecimal digits.</param>
public sealed record BackedUpFile(string File, long Bytes, string Sha256)
{
    /// <returns>Null when there is no such file.</returns>
    public static async Task<BackedUpFile?> OfAsync(string folder, string file, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, file);
        if (!System.IO.File.Exists(path))
            return null;
        await using var bytes = System.IO.File.OpenRead(path);
        return new BackedUpFile(file, bytes.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellation)));
    }
}
