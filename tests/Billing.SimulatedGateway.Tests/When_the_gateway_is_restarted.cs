using System.Net;
using System.Text;

namespace Billing.SimulatedGateway.Tests;

public sealed class When_the_gateway_is_restarted
{
    [Fact]
    public async Task Should_remember_captures_refusals_and_keys()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, paid) = await gateway.PayAsync("a");
        await gateway.PayAsync("b", "pm_declined_soft");
        await gateway.PayAsync("c", "pm_error_after_success");
        await gateway.RestartAsync();

        Assert.Equal(["a", "c"], (await gateway.RecordAsync()).Select(line => line.GetProperty("charge_id").GetString()));
        var (status, again) = await gateway.PayAsync("a");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(paid.GetRawText(), again.GetRawText());
        Assert.Equal(HttpStatusCode.PaymentRequired, (await gateway.PayAsync("b", "pm_declined_soft")).Status);
        Assert.Equal(HttpStatusCode.InternalServerError, (await gateway.PayAsync("c", "pm_error_after_success")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await gateway.PayAsync("a", amount: 2500)).Status);
        Assert.Equal(2, (await gateway.RecordAsync()).Length);
    }

    [Fact]
    public async Task Should_pass_over_a_line_that_a_crash_cut_short()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.PayAsync("a");
        var file = Path.Combine(gateway.Folder, "captures.ndjson");
        await gateway.RestartAsync();
        await gateway.PayAsync("b");
        await using (var folder = await TornCopyAsync(file))
        {
            await using var torn = await Gateway.StartAsync(folder.Path);
            Assert.Equal(["a"], (await torn.RecordAsync()).Select(line => line.GetProperty("charge_id").GetString()));
            await torn.PayAsync("c");
            await torn.RestartAsync();
            Assert.Equal(["a", "c"], (await torn.RecordAsync()).Select(line => line.GetProperty("charge_id").GetString()));
        }
    }

    [Fact]
    public async Task Should_have_every_capture_on_disk_before_it_is_answered()
    {
        await using var gateway = await Gateway.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await gateway.PayAsync($"charge-{i}");
            await using var file = new FileStream(Path.Combine(gateway.Folder, "captures.ndjson"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file, Encoding.UTF8);
            Assert.Contains($"\"charge-{i}\"", await reader.ReadToEndAsync());
        }));
    }

    static async Task<TornFolder> TornCopyAsync(string file)
    {
        var folder = Directory.CreateTempSubdirectory("torn-").FullName;
        await using var whole = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[whole.Length - 20];
        await whole.ReadExactlyAsync(bytes);
        await File.WriteAllBytesAsync(Path.Combine(folder, "captures.ndjson"), bytes);
        return new TornFolder(folder);
    }

    sealed record TornFolder(string Path) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Directory.Delete(Path, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
