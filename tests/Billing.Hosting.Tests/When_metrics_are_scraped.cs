using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Billing.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Tests;

public sealed partial class When_metrics_are_scraped
{
    [Fact]
    public async Task Should_show_the_bus_the_database_the_runtime_and_our_own_in_lines_that_prometheus_reads()
    {
        var journal = new Journal();
        using var meter = new Meter("Billing.Sample");
        var closed = meter.CreateCounter<long>("billing.accounts.closed", description: "Accounts closed \\ by outcome");
        var duration = meter.CreateHistogram<double>("billing.step.duration", "ms");
        await using var database = await SampleService.CreateDatabaseAsync();
        await using var host = await HostUnderTest.StartAsync(
            SampleService.ConfigureBus, builder => SampleService.Configure(builder, journal),
            new() { ["Database:ConnectionString"] = database.ConnectionString });
        closed.Add(3, new KeyValuePair<string, object?>("out-come", "say \"paid\""));
        duration.Record(7);
        duration.Record(70_000);
        await host.App.Services.GetRequiredService<IBus>().Publish(new RegisterAccount { AccountId = "A-1", Currency = "USD", Seats = 1 });
        await Eventually.HoldsAsync(() => Task.FromResult(journal.Told.Count == 1), "a message went through");

        var text = await Eventually.HoldsAsync(
            () => host.Http.GetStringAsync("metrics"), seen =>
                seen.Contains("messaging_masstransit_consume_ea_total", StringComparison.Ordinal), "the consumed message is counted");

        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(Line(), line));
        Assert.Contains("# TYPE billing_accounts_closed_total counter\n# HELP billing_accounts_closed_total Accounts closed \\\\ by outcome\n", text,
            StringComparison.Ordinal);
        Assert.Contains("billing_accounts_closed_total{out_come=\"say \\\"paid\\\"\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("billing_step_duration_milliseconds_bucket{le=\"10\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("billing_step_duration_milliseconds_bucket{le=\"+Inf\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("billing_step_duration_milliseconds_count{} 2\n", text, StringComparison.Ordinal);
        foreach (var family in new[] { "http_server_", "dotnet_gc_", "db_client_" })
            Assert.Contains(family, text, StringComparison.Ordinal);
    }

    [GeneratedRegex(
        """^(# (HELP|TYPE|UNIT) [a-zA-Z_]\w* .*|[a-zA-Z_]\w*(\{(\w+="(\\.|[^"\\])*"(,\w+="(\\.|[^"\\])*")*)?\})? -?(\d+(\.\d+)?(E[+-]?\d+)?|NaN|Infinity))$""")]
    private static partial Regex Line();
}
