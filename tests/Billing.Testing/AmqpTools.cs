using System.Diagnostics;

namespace Billing.Testing;

/// <summary>Debian's <c>amqp-tools</c>: a client of the bus that knows nothing of .NET. <c>./billing test</c> installs them.</summary>
public sealed class AmqpTools(TestVirtualHost broker)
{
    readonly string _url = $"amqp://{Uri.EscapeDataString(TestVirtualHost.Username)}:{Uri.EscapeDataString(TestVirtualHost.Password)}@"
        + $"{TestVirtualHost.Host}:{TestVirtualHost.Port}/{Uri.EscapeDataString(broker.Name)}";

    /// <summary>A queue of one's own, to be answered in.</summary>
    public Task DeclareAsync(string queue) => RunAsync("amqp-declare-queue", "-q", queue, "-d");

    public Task PublishAsync(string exchange, string body, string replyTo) =>
        RunAsync("amqp-publish", "-e", exchange, "-r", "", "-t", replyTo, "-b", body);

    /// <summary>Waits for one message, and gives its body.</summary>
    public Task<string> ConsumeAsync(string queue) => RunAsync("amqp-consume", "-q", queue, "-c", "1", "cat");

    async Task<string> RunAsync(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-u", _url, .. arguments])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync().WithinLimitAsync();
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw;
        }

        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{tool}: {await errors}");
    }
}
