using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting;

/// <summary>How a process of ours runs.</summary>
public static partial class UntilStopped
{
    /// <summary>
    /// Runs until it is asked to stop. Asked while it starts, it ends in the same way: to the framework that is a start that failed, and the process would
    /// break down with a dump.
    /// </summary>
    public static async Task RunUntilStoppedAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var (stopping, log) = (app.Lifetime.ApplicationStopping, app.Logger);
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            LogStoppedEarly(log);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "It was asked to stop before it had begun")]
    static partial void LogStoppedEarly(ILogger logger);
}
