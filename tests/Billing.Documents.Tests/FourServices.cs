using System.Security.Cryptography;
using Billing.MonthClose;
using Billing.Notification;
using Billing.Scheduler;
using Billing.SeatRefresh;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.Documents.Tests;

/// <summary>The four services in one process, with nothing to do, on a virtual host of their own.</summary>
public sealed class FourServices : IAsyncLifetime
{
    readonly List<WebApplication> _all = [];
    readonly List<TestDatabase> _databases = [];

    public IReadOnlyList<WebApplication> All => _all;

    /// <summary>Theirs, in the same order.</summary>
    public IReadOnlyList<TestDatabase> Databases => _databases;

    static readonly string CertificateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportPkcs8PrivateKeyPem();

    public TestVirtualHost Broker { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Broker = await TestVirtualHost.CreateAsync("services");
        foreach (var (name, build) in (IEnumerable<(string, Func<string[], Action<WebApplicationBuilder>, WebApplication>)>)
        [
            ("scheduler", SchedulerApplication.Build), ("seatrefresh", SeatRefreshApplication.Build), ("monthclose", MonthCloseApplication.Build),
            ("notification", NotificationApplication.Build)
        ])
        {
            _databases.Add(await TestDatabase.CreateAsync(name));
            _all.Add(build([], builder => Configure(builder, _databases[^1])));
        }

        await Task.WhenAll(_all.Select(service => service.StartAsync()));
        await Task.WhenAll(_all.Select(async service =>
        {
            using var http = new HttpClient { BaseAddress = OneService.AddressOf(service) };
            await OneService.IsReadyAsync(http);
        }));
    }

    public async Task DisposeAsync()
    {
        foreach (var service in _all)
        {
            await service.StopAsync();
            await service.DisposeAsync();
        }

        await Broker.DisposeAsync();
        foreach (var database in _databases)
            await database.DisposeAsync();
    }

    void Configure(WebApplicationBuilder builder, TestDatabase database)
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["Database:ConnectionString"] = database.ConnectionString,
            ["RabbitMq:Host"] = TestVirtualHost.Host,
            ["RabbitMq:Port"] = TestVirtualHost.Port.ToString(),
            ["RabbitMq:VirtualHost"] = Broker.Name,
            ["RabbitMq:Username"] = TestVirtualHost.Username,
            ["RabbitMq:Password"] = TestVirtualHost.Password,
            ["Gateway:BaseAddress"] = "http://127.0.0.1:9/",
            ["Mail:PickupFolder"] = Path.GetTempPath(),
            ["Sending:Email:Kind"] = "Unlimited",
            ["Sending:Sms:Kind"] = "Unlimited",
            ["Certificates:PrivateKey"] = CertificateKey,
            ["Sealing:CurrentKey"] = "test",
            ["Sealing:Keys:test"] = Convert.ToBase64String(new byte[32]),
            ["Serilog:MinimumLevel:Default"] = "Error"
        });
        builder.Logging.SetMinimumLevel(LogLevel.Error);
    }
}

/// <summary>
/// Tests that build hosts of their own come after all others: MassTransit's figures belong to the first host of a process, and are gone when it ends.
/// </summary>
[CollectionDefinition(nameof(WithOtherHosts), DisableParallelization = true)]
public sealed class WithOtherHosts;

/// <summary>Its tests share the services, one after the other.</summary>
[CollectionDefinition(nameof(FourServices))]
public sealed class WithFourServices : ICollectionFixture<FourServices>;
