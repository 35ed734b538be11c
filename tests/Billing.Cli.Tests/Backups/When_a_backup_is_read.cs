using System.Text;
using Billing.Cli.Backups;

namespace Billing.Cli.Tests.Backups;

/// <summary>Nothing is touched by a restore before the folder is known to hold what was written into it.</summary>
public sealed class When_a_backup_is_read : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("billing-backup-").FullName;

    [Fact]
    public async Task Should_take_it_as_it_was_written()
    {
        var written = await WriteAsync();

        var read = await BackupManifest.ReadAsync(_folder, CancellationToken.None);

        Assert.Equivalent(written, read, strict: true);
        Assert.Equal(3, read.Messages);
        Assert.Equal(12, read.Databases.Single().AllRows);
    }

    [Fact]
    public async Task Should_refuse_a_file_that_has_changed()
    {
        await WriteAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, "a.dump"), "rowz");

        Assert.Contains("a.dump of the backup is not what was written", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_refuse_when_a_file_is_missing()
    {
        await WriteAsync();
        File.Delete(Path.Combine(_folder, "a.dump"));

        Assert.Equal("a.dump of the backup is missing.", await RefusalAsync());
    }

    [Fact]
    public async Task Should_refuse_another_format()
    {
        var written = await WriteAsync();
        await (written with { Format = 2 }).WriteAsync(_folder, CancellationToken.None);

        Assert.Equal($"{_folder} has the format 2; this program reads 1.", await RefusalAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{ \"format\": 1 }")]
    public async Task Should_refuse_a_folder_without_a_whole_manifest(string? text)
    {
        if (text is not null)
            await File.WriteAllTextAsync(Path.Combine(_folder, BackupManifest.FileName), text);

        Assert.StartsWith($"{_folder} is no backup: ", await RefusalAsync(), StringComparison.Ordinal);
    }

    async Task<BackupManifest> WriteAsync()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "a.dump"), Encoding.UTF8.GetBytes("rows"));
        var manifest = new BackupManifest(BackupManifest.CurrentFormat, "0.1.0", new DateTimeOffset(2026, 11, 30, 1, 0, 0, TimeSpan.Zero), 17, "local 0123456789abcdef",
            [new BackedUpDatabase("monthclose", "billing_monthclose", "billing_monthclose_owner", "a.dump", "1_Initial", new Dictionary<string, long> { ["Account"] = 12 })],
            new Dictionary<string, int> { ["month-close-end-chunk"] = 3 }, [(await BackedUpFile.OfAsync(_folder, "a.dump", CancellationToken.None))!]);
        await manifest.WriteAsync(_folder, CancellationToken.None);
        return manifest;
    }

    async Task<string> RefusalAsync() =>
        (await Assert.ThrowsAsync<CliException>(() => BackupManifest.ReadAsync(_folder, CancellationToken.None))).Message;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
