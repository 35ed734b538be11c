using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.Contracts.Seats.V1;
using Billing.MonthClose;
using Billing.SeatRefresh;
using Billing.Testing;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace Billing.Scenarios.House;

/// <summary>SeatRefresh and MonthClose under one calendar that the test turns, so that a diary has the dates of its own.</summary>
sealed class SeatsAndMonths : IAsyncDisposable
{
    readonly ShiftedTimeProvider _clock = new();
    readonly HeardMessages _heard = new();
    readonly List<IAsyncDisposable> _open = [];
    WebApplication _seats = null!;
    WebApplication _months = null!;
    IBusControl _bus = null!;

    public static async Task<SeatsAndMonths> OpenAsync(string day)
    {
        var house = new SeatsAndMonths();
        house._clock.SetTo(Instant(day, "00:00"));
        await house.StartAsync();
        return house;
    }

    async Task StartAsync()
    {
        var broker = await TestVirtualHost.CreateAsync("diary");
        _open.Add(broker);
        var (seats, months) = (await TestDatabase.CreateAsync("seatrefresh"), await TestDatabase.CreateAsync("monthclose"));
        _open.AddRange([seats, months]);
        _seats = SeatRefreshApplication.Build([], builder => Configure(builder, broker, seats, new() { ["Refreshing:LookEvery"] = "00:00:00.2" }));
        _months = MonthCloseApplication.Build([], builder => Configure(builder, broker, months, new() { ["Gateway:BaseAddress"] = "http://127.0.0.1:1" }));
        foreach (var service in (WebApplication[])[_seats, _months])
        {
            await service.StartAsync();
            using var http = new HttpClient { BaseAddress = OneService.AddressOf(service) };
            await OneService.IsReadyAsync(http);
        }

        _bus = Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            bus.Host(TestVirtualHost.Host, TestVirtualHost.Port, broker.Name, host =>
            {
                host.Username(TestVirtualHost.Username);
                host.Password(TestVirtualHost.Password);
            });
            bus.ReceiveEndpoint("what-the-test-hears", endpoint =>
            {
                _heard.Hear<AccountRegistered>(endpoint);
                _heard.Hear<SeatUsageChanged>(endpoint);
                _heard.Hear<SeatRecordsTaken>(endpoint);
                _heard.Hear<InvoiceIssued>(endpoint);
                _heard.Hear<SendEmail>(endpoint);
            });
        });
        await _bus.StartAsync();
    }

    void Configure(WebApplicationBuilder builder, TestVirtualHost broker, TestDatabase database, Dictionary<string, string?> more)
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(more)
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["Database:ConnectionString"] = database.Access.Service,
            ["Database:OwnerConnectionString"] = database.Access.Owner,
            ["RabbitMq:Host"] = TestVirtualHost.Host,
            ["RabbitMq:Port"] = TestVirtualHost.Port.ToString(CultureInfo.InvariantCulture),
            ["RabbitMq:VirtualHost"] = broker.Name,
            ["RabbitMq:Username"] = BrokerUsers.Of(database.Access, TestServers.RabbitMq).Name,
            ["RabbitMq:Password"] = BrokerUsers.Of(database.Access, TestServers.RabbitMq).Password,
            ["Serilog:MinimumLevel:Default"] = "Warning"
        });
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock));
    }

    // ---- what a diary says ----

    public void On(string day, string time = "09:00") => _clock.SetTo(Instant(day, time));

    /// <summary>The scheduler's tick of that hour, and the count that follows from it.</summary>
    public async Task<SeatUsageChanged> TickAsync(string day, string time, int version)
    {
        On(day, time);
        await _bus.Publish(new StartSeatRefresh { DueAt = Instant(day, time) });
        var told = await HearAsync<SeatUsageChanged>(x => x.Version == version);
        await Eventually.HoldsAsync(async () =>
        {
            using var http = new HttpClient { BaseAddress = OneService.AddressOf(_seats) };
            var state = await http.GetFromJsonAsync<JsonElement>(new Uri("api/seat-refresh", UriKind.Relative));
            return !state.GetProperty("draining").GetBoolean() && state.GetProperty("running").GetInt32() == 0;
        }, "the drain is over, and the calendar may turn");
        await Eventually.HoldsAsync(async () =>
        {
            using var http = new HttpClient { BaseAddress = OneService.AddressOf(_months) };
            return (await http.GetFromJsonAsync<JsonElement>(new Uri("api/intake", UriKind.Relative))).GetProperty("seatLevels").GetInt32() >= version;
        }, "MonthClose knows");
        return told;
    }

    public Task TellAsync(object message) => _bus.Publish(message);

    /// <summary>Tells of people, trees and subscriptions, and waits until they are taken.</summary>
    public async Task TellListAsync(object list, string reference)
    {
        await _bus.Publish(list);
        Assert.Empty((await HearAsync<SeatRecordsTaken>(x => x.Reference == reference)).Rejected);
    }

    // ---- what a diary asks ----

    public Task<T> HearAsync<T>(Func<T, bool> which)
        where T : class =>
        _heard.FirstAsync(which);

    public IReadOnlyList<T> Heard<T>()
        where T : class => _heard.Of<T>();

    /// <summary>The lines of an invoice, each as a person reads it.</summary>
    public async Task<IReadOnlyList<string>> LinesOfAsync(string invoice)
    {
        using var http = new HttpClient { BaseAddress = OneService.AddressOf(_months) };
        var page = await http.GetFromJsonAsync<JsonElement>(new Uri($"api/explain/{invoice}", UriKind.Relative));
        return [.. page.GetProperty("lines").EnumerateArray().Select(line => string.Create(CultureInfo.InvariantCulture,
            $"{line.GetProperty("kind").GetString()} {line.GetProperty("firstDay").GetString()} to {line.GetProperty("lastDay").GetString()}: {line.GetProperty("formula").GetString()} = {line.GetProperty("amount").GetDecimal():0.00}"))];
    }

    static DateTimeOffset Instant(string day, string time) => DateTimeOffset.Parse($"{day}T{time}:00Z", CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        if (_bus is not null)
            await _bus.StopAsync();
        foreach (var service in (WebApplication?[])[_seats, _months])
            if (service is not null)
            {
                await service.StopAsync();
                await service.DisposeAsync();
            }

        foreach (var one in _open)
            await one.DisposeAsync();
    }
}
