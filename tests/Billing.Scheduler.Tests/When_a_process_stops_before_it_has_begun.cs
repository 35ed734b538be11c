using Billing.Testing;
using Xunit;

namespace Billing.Scheduler.Tests;

/// <summary>An orchestrator takes a process back while it still waits for its database: that is no fault of it.</summary>
public sealed class When_a_process_stops_before_it_has_begun
{
    [Fact]
    public async Task Should_end_as_one_that_was_asked_to()
    {
        using var process = new ServiceProcess("services/Billing.Scheduler", new()
        {
            ["Database__ConnectionString"] = "Host=127.0.0.1;Port=1;Username=nobody;Password=none;Database=nothing",
            ["RabbitMq__Host"] = "nowhere.invalid",
            ["RabbitMq__Username"] = "nobody",
            ["RabbitMq__Password"] = "none"
        });
        process.Start();
        await Eventually.HoldsAsync(() => Task.FromResult(process.Output),
            said => said.Contains("The database cannot be brought up to date yet", StringComparison.Ordinal), "it waits for the database");

        await process.AskToStopAsync();

        await Eventually.HoldsAsync(() => Task.FromResult(process.HasEnded), "the process has ended");
        Assert.True(process.ExitCode == 0, $"{process.ExitCode}: {process.Output}");
        Assert.DoesNotContain("Unhandled exception", process.Output, StringComparison.Ordinal);
    }
}
