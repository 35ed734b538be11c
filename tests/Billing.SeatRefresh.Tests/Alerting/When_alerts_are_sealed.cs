using System.Text.Json;
using Billing.Contracts.Notification.V1;
using Billing.Sealing;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Billing.SeatRefresh.Tests.Alerting;

/// <summary>Where seats are alerted to is contact data: on the bus and in the outbox it is shut to whoever has no key.</summary>
public sealed class When_alerts_are_sealed : IAsyncLifetime
{
    static readonly byte[] Key = [.. Enumerable.Repeat((byte)7, Sealer.KeySize)];

    readonly SeatRefreshHouse _house = new() { Settings = { ["Sealing:CurrentKey"] = "test", ["Sealing:Keys:test"] = Convert.ToBase64String(Key) } };

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Should_show_nothing_of_the_customer_on_the_bus_or_in_the_outbox_and_all_of_it_to_who_has_the_key()
    {
        // every row that is ever in the outbox, also those that are gone a moment later
        await _house.BreakInAsync("""
            create table seen ("Body" text);
            grant select, insert on seen to public;
            create function see() returns trigger language plpgsql as $f$ begin insert into seen values (new."Body"); return new; end $f$;
            create trigger seeing after insert on "OutboxMessage" for each row execute function see();
            """);
        await _house.RegisterAsync(Sample.Subscription("near", seats: 2) with { AlertEmail = "wilhelmina@near.example" },
            Sample.Subscription("over", seats: 1) with { AlertEmail = "wilhelmina@over.example" });
        await _house.JoinAsync("namespace-of-near", "ann");
        await _house.JoinAsync("namespace-of-over", "bob", "cid");
        await _house.TickAsync(DateTimeOffset.Parse("2026-10-15T06:00:00Z"));
        await _house.HearsAsync<SendEmail>(x => x.Template == "seats-near-limit");
        await _house.HearsAsync<SendEmail>(x => x.Template == "seats-overage");

        var letters = _house.Heard<SendEmail>();
        Assert.All(letters, letter => Assert.StartsWith("sealed:v1:test:", letter.To, StringComparison.Ordinal));
        Assert.DoesNotContain("wilhelmina", JsonSerializer.Serialize(letters), StringComparison.OrdinalIgnoreCase);
        var bodies = await _house.AskAsync(db => db.Database.SqlQueryRaw<string>("""select "Body" as "Value" from seen""").ToListAsync());
        Assert.Equal(2, bodies.Count(body => body.Contains("sealed:v1:test:", StringComparison.Ordinal)));
        Assert.DoesNotContain("wilhelmina", string.Concat(bodies), StringComparison.OrdinalIgnoreCase);

        var sealer = new Sealer("test", new Dictionary<string, byte[]> { ["test"] = Key });
        Assert.Equal(["wilhelmina@near.example", "wilhelmina@over.example"], letters.Select(letter => sealer.Open(letter).To).Order());
        Assert.Equal("1", sealer.Open(letters.Single(letter => letter.Template == "seats-overage")).Values!["owed"]);
        Assert.Equal("letters are sealed under the key \"test\"", await HealthAsync(_house));
    }

    [Fact]
    public async Task Should_say_in_its_health_that_it_has_no_key_and_be_ready_all_the_same()
    {
        _house.Settings.Clear();
        await _house.StopServiceAsync();
        await _house.StartServiceAsync();
        Assert.Equal(
            "Sealing:CurrentKey is not set: letters leave with contact data in clear; "
            + "expected 32 random bytes in base64, such as openssl rand -base64 32 gives", await HealthAsync(_house));
    }

    [Fact]
    public async Task Should_warn_once_at_the_start_when_there_is_no_key_and_not_when_there_is_one()
    {
        Assert.Equal(
            "Warning: Sealing:CurrentKey is not set: letters leave with contact data in clear; "
            + "expected 32 random bytes in base64, such as openssl rand -base64 32 gives", Assert.Single(await SaidAtStartAsync([])));
        Assert.Empty(await SaidAtStartAsync(new() { ["Sealing:CurrentKey"] = "test", ["Sealing:Keys:test"] = Convert.ToBase64String(Key) }));
    }

    static async Task<string?> HealthAsync(SeatRefreshHouse house)
    {
        using var health = JsonDocument.Parse(await house.Http.GetStringAsync(new Uri("health/ready", UriKind.Relative)));
        return health.RootElement.GetProperty("checks").GetProperty("sealing").GetProperty("reason").GetString();
    }

    static async Task<List<string>> SaidAtStartAsync(Dictionary<string, string?> settings)
    {
        var said = new Said();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.AddProvider(said);
        builder.Services.AddSealingOfSender(builder.Configuration);
        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
        return said.Lines;
    }

    /// <summary>What the sealing says, line by line.</summary>
    sealed class Said : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) =>
            categoryName == typeof(Sealer).FullName ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel}: {formatter(state, exception)}");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
