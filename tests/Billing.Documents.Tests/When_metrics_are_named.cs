using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Billing.MonthClose;
using Billing.Notification;
using Billing.Scheduler;
using Billing.SeatRefresh;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.Documents.Tests;

/// <summary>
/// The four services in one process, with nothing to do. A rule or a panel over a metric that nobody exports would be silent for ever, so each name is looked for
/// in what <c>/metrics</c> answers. A counter that has counted nothing yet is not shown there; it is counted up by zero, and so it has the name that it will have.
/// </summary>
public sealed partial class When_metrics_are_named : IAsyncLifetime, IDisposable
{
    readonly List<Instrument> _instruments = [];
    readonly List<WebApplication> _services = [];
    readonly List<TestDatabase> _databases = [];
    readonly MeterListener _listener = new();
    TestVirtualHost _broker = null!;

    public async Task InitializeAsync()
    {
        _listener.InstrumentPublished = (instrument, _) =>
        {
            lock (_instruments)
                _instruments.Add(instrument);
        };
        _listener.Start();
        _broker = await TestVirtualHost.CreateAsync("metrics");
        foreach (var (name, build) in (IEnumerable<(string, Func<string[], Action<WebApplicationBuilder>, WebApplication>)>)
        [
            ("scheduler", SchedulerApplication.Build), ("seatrefresh", SeatRefreshApplication.Build), ("monthclose", MonthCloseApplication.Build),
            ("notification", NotificationApplication.Build)
        ])
        {
            _databases.Add(await TestDatabase.CreateAsync(name));
            _services.Add(build([], builder => Configure(builder, _databases[^1])));
        }

        await Task.WhenAll(_services.Select(service => service.StartAsync()));
    }

    public async Task DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.StopAsync();
            await service.DisposeAsync();
        }

        await _broker.DisposeAsync();
        foreach (var database in _databases)
            await database.DisposeAsync();
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
            var exported = (await Task.WhenAll(_services.Select(ScrapeAsync))).SelectMany(text => Exported().Matches(text)).Select(name => name.Value).ToHashSet();
            return named.Where(name => !exported.Contains(name)).ToList();
        }, missing => missing.Count == 0, "each metric that a rule or a panel names is exported");
    }

    void Configure(WebApplicationBuilder builder, TestDatabase database)
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["Database:ConnectionString"] = database.ConnectionString,
            ["RabbitMq:Host"] = TestVirtualHost.Host,
            ["RabbitMq:Port"] = TestVirtualHost.Port.ToString(),
            ["RabbitMq:VirtualHost"] = _broker.Name,
            ["RabbitMq:Username"] = TestVirtualHost.Username,
            ["RabbitMq:Password"] = TestVirtualHost.Password,
            ["Gateway:BaseAddress"] = "http://127.0.0.1:9/",
            ["Mail:PickupFolder"] = Path.GetTempPath(),
            ["Sending:Email:Kind"] = "Unlimited",
            ["Sending:Sms:Kind"] = "Unlimited",
            ["Sealing:CurrentKey"] = "test",
            ["Sealing:Keys:test"] = Convert.ToBase64String(new byte[32]),
            ["Serilog:MinimumLevel:Default"] = "Error"
        });
        builder.Logging.SetMinimumLevel(LogLevel.Error);
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
        using var http = new HttpClient
        {
            BaseAddress = new(service.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/")
        };
        return await http.GetStringAsync(new Uri("metrics", UriKind.Relative));
    }

    [GeneratedRegex(@"^[a-zA-Z_]\w*(?=[{ ])", RegexOptions.Multiline)]
    private static partial Regex Exported();
}
