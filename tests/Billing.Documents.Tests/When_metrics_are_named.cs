using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;

namespace Billing.Documents.Tests;

/// <summary>
/// A rule or a panel over a metric that nobody exports would be silent for ever, so each name is looked for
/// in what <c>/metrics</c> answers. A counter that has counted nothing yet is not shown there; it is counted up by zero, and so it has the name that it will have.
/// </summary>
[Collection(nameof(FourServices))]
public sealed partial class When_metrics_are_named : IDisposable
{
    readonly List<Instrument> _instruments = [];
    readonly MeterListener _listener = new();
    readonly FourServices _services;

    public When_metrics_are_named(FourServices services)
    {
        _services = services;
        _listener.InstrumentPublished = (instrument, _) =>
        {
            lock (_instruments)
                _instruments.Add(instrument);
        };
        _listener.Start();      // told of those that are there, too
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Should_be_exported_by_a_service()
    {
        var named = Monitoring.Rules.Values.Concat(Monitoring.Panels).SelectMany(Monitoring.MetricsOf).Distinct()
            .Where(name => name != "up").ToList();       // Prometheus's own
        Assert.NotEmpty(named);
        await Eventually.HoldsAsync(async () =>
        {
            CountNothing();
            var exported = (await Task.WhenAll(_services.All.Select(ScrapeAsync))).SelectMany(text => Exported().Matches(text)).Select(name => name.Value).ToHashSet();
            return string.Join(", ", named.Where(name => !exported.Contains(name)));
        }, missing => missing.Length == 0, "each metric that a rule or a panel names is exported");
    }

    void CountNothing()
    {
        Instrument[] all;
        lock (_instruments)
            all = [.. _instruments];
        foreach (var instrument in all.Where(one => one.Meter.Name.StartsWith("Billing.", StringComparison.Ordinal) || one.Meter.Name == "MassTransit"))
            switch (instrument)
            {
                case Counter<long> counter:
                    counter.Add(0);
                    break;
                case UpDownCounter<long> counter:
                    counter.Add(0);
                    break;
                case Histogram<int> histogram:
                    histogram.Record(0);
                    break;
                case Histogram<double> histogram:
                    histogram.Record(0);
                    break;
            }
    }

    static async Task<string> ScrapeAsync(WebApplication service)
    {
        using var http = new HttpClient { BaseAddress = OneService.AddressOf(service) };
        return await http.GetStringAsync(new Uri("metrics", UriKind.Relative));
    }

    [GeneratedRegex(@"^[a-zA-Z_]\w*(?=[{ ])", RegexOptions.Multiline)]
    private static partial Regex Exported();
}
