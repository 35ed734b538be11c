using System.Diagnostics;
using Billing.Testing;

namespace Billing.Documents.Tests;

/// <summary>The alert rules hold together: each has cases, and a section that says what to do.</summary>
public sealed class When_the_alert_rules_are_read
{
    [Theory]
    [InlineData("check rules alerts.yml")]
    [InlineData("test rules alerts.test.yml")]
    public async Task Should_please_promtool(string arguments)
    {
        // ./billing test gets it out of its package
        var promtool = Environment.GetEnvironmentVariable("BILLING_PROMTOOL") is { Length: > 0 } path ? path : "promtool";
        using var process = Process.Start(new ProcessStartInfo(promtool, arguments)
        {
            WorkingDirectory = Monitoring.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{await said}{await complained}");
    }

    [Fact]
    public void Should_have_a_case_in_which_each_fires_and_one_in_which_it_does_not()
    {
        var cases = File.ReadAllText(Path.Combine(Monitoring.Folder, "alerts.test.yml"));
        Assert.NotEmpty(Monitoring.Rules);
        Assert.All(Monitoring.Rules.Keys, alert => Assert.Contains($"- name: {alert} fires\n", cases, StringComparison.Ordinal));
        Assert.All(Monitoring.Rules.Keys, alert => Assert.Contains($"- name: {alert} is silent\n", cases, StringComparison.Ordinal));
    }

    [Fact]
    public void Should_say_what_to_do_when_each_fires()
    {
        var sections = File.ReadLines(ReadmeExamples.PathOf("docs/operations.md")).Where(line => line.StartsWith("### ", StringComparison.Ordinal))
            .Select(line => line[4..]).Where(line => line.StartsWith("Billing", StringComparison.Ordinal));
        Assert.Equal(Monitoring.Rules.Keys.Order(), sections.Order());
    }

    [Theory]
    [InlineData("sum by (job, queue) (billing_faults) > 0", "billing_faults")]
    [InlineData("histogram_quantile(0.95, sum by (le, call) (rate(a_bucket{b=\"c_d\"}[5m]))) > 10", "a_bucket")]
    [InlineData("a_seconds > 60 or b_total{x=\"y\"} / c > 2", "a_seconds", "b_total", "c")]
    public void Should_find_the_metrics_of_an_expression(string expression, params string[] metrics) =>
        Assert.Equal(metrics, Monitoring.MetricsOf(expression));
}
