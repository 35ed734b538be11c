using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.Scheduling.V1;
using Billing.Testing;
using Billing.Views.MonthClose;
using MassTransit;
using Npgsql;

namespace Billing.Scenarios.House;

/// <summary>The whole back office as processes that run by a test clock. A diary says what people do on which day, and reads what came of it.</summary>
sealed class YearHouse : IAsyncDisposable
{
    /// <summary>Of one step of the diary: a month in which a dozen charges are tried again.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    readonly IServers _servers;
    readonly string _folder = Directory.CreateTempSubdirectory("billing-year-").FullName;
    readonly List<ServiceProcess> _processes = [];
    ServiceDatabase _monthCloseDatabase = null!;
    ServiceProcess _monthClose = null!;
    ServiceProcess _scheduler = null!;
    IBusControl _bus = null!;

    YearHouse(IServers servers) => _servers = servers;

    /// <param name="start">What the clock shows first, later than the real time.</param>
    public static async Task<YearHouse> OpenAsync(DateTimeOffset start)
    {
        var house = new YearHouse(await SharedServers.OpenAsync());
        try
        {
            await house.StartAsync(start);
            return house;
        }
        catch
        {
            await house.DisposeAsync();
            throw;
        }
    }

    async Task StartAsync(DateTimeOffset start)
    {
        var gateway = Add("infra/Billing.SimulatedGateway", new() { ["Gateway__Folder"] = Path.Combine(_folder, "gateway"), ["Clock__Test"] = "true" });
        _monthCloseDatabase = await _servers.AddDatabaseAsync("monthclose");
        _monthClose = Add("services/Billing.MonthClose", new(SettingsOn(_monthCloseDatabase))
        {
            ["Gateway__BaseAddress"] = gateway.Http.BaseAddress!.ToString(),
            ["Limits__gateway"] = "unlimited",
            // of the machine's time, which is waited for: one charge of the first month is never answered
            ["Gateway__Timeout"] = $"{TimeLimits.Scaled(TimeSpan.FromSeconds(3))}",
        });
        Add("services/Billing.Notification", new(SettingsOn(await _servers.AddDatabaseAsync("notification")))
        {
            ["Mail__PickupFolder"] = Path.Combine(_folder, "mail"),
            ["Sending__Email__Kind"] = "Unlimited",
        });
        Add("services/Billing.SeatRefresh", SettingsOn(await _servers.AddDatabaseAsync("seatrefresh")));
        _scheduler = Add("services/Billing.Scheduler", new(SettingsOn(await _servers.AddDatabaseAsync("scheduler")))
        {
            ["Clock__Start"] = start.ToString("O", CultureInfo.InvariantCulture),
            ["Clock__Followers__0"] = new Uri(gateway.Http.BaseAddress, "simulator/clock").ToString(),
            // twice a month instead of each night, and each week instead of four times a day: nobody in this year has seats that are counted
            ["Schedules__reconciliation__Cron"] = "0 30 2 8,22 * ?",
            ["Schedules__seat-refresh__Cron"] = "0 0 6 ? * MON",
        });
        foreach (var process in _processes)
            process.Start();
        foreach (var process in _processes)
            await process.BecomesReadyAsync();

        var user = _servers.RabbitMq.UserInfo.Split(':');
        _bus = Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(_servers.RabbitMq.Host, (ushort)_servers.RabbitMq.Port, _servers.VirtualHost, host =>
        {
            host.Username(Uri.UnescapeDataString(user[0]));
            host.Password(Uri.UnescapeDataString(user[1]));
        }));
        await _bus.StartAsync();
    }

    Dictionary<string, string> SettingsOn(ServiceDatabase database) => new(_servers.SettingsFor(database))
    {
        ["Sealing__CurrentKey"] = "test",
        ["Sealing__Keys__test"] = Convert.ToBase64String(new byte[32]),
        ["Clock__Test"] = "true",
    };

    ServiceProcess Add(string project, Dictionary<string, string> settings)
    {
        var process = new ServiceProcess(project, settings);
        _processes.Add(process);
        return process;
    }

    // ---- what a diary says ----

    /// <summary>Lets the days pass; everything that falls due on the way has been done when this returns.</summary>
    public async Task UntilAsync(DateTimeOffset to)
    {
        await _bus.Publish(new AdvanceClock { To = to, RequestedBy = "diary" });
        await Eventually.HoldsAsync(ClockAsync, clock => clock.GetProperty("now").GetDateTimeOffset() >= to
            && clock.GetProperty("target").ValueKind == JsonValueKind.Null, $"the clock comes to {to:u}", Limit);
    }

    /// <summary>Says it, and waits until what follows from it has been done.</summary>
    public async Task SayAsync(params object[] messages)
    {
        foreach (var some in messages.Chunk(50))
            await Task.WhenAll(some.Select(message => _bus.Publish(message)));
        await UntilAsync((await ClockAsync()).GetProperty("now").GetDateTimeOffset().AddSeconds(1));
    }

    /// <summary>Waits until so many accounts are registered.</summary>
    public Task<long> KnowsAsync(int accounts) => Eventually.HoldsAsync(
        async () => (await ReadAsync("""select count(*) from "Account" where @account is not null""", row => row.GetInt64(0), "any"))[0],
        known => known == accounts, "the accounts are registered");

    Task<JsonElement> ClockAsync() => _scheduler.Http.GetFromJsonAsync<JsonElement>(new Uri("api/clock", UriKind.Relative));

    // ---- what a diary reads ----

    public async Task<AccountView> AccountAsync(string id) =>
        (await _monthClose.Http.GetFromJsonAsync<AccountView>(new Uri($"api/accounts/{id}", UriKind.Relative)))!;

    /// <summary>Rows of MonthClose's books.</summary>
    public async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> row, string account)
    {
        await using var connection = new NpgsqlConnection(_monthCloseDatabase.Administrator);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("account", account);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
            rows.Add(row(reader));
        return rows;
    }

    /// <summary>How many differences the books have with the gateway's record, over all months.</summary>
    public async Task<int> UnreconciledAsync() =>
        (await _monthClose.Http.GetFromJsonAsync<JsonElement>(new Uri("api/reconciliation", UriKind.Relative))).GetProperty("unreconciled").GetInt32();

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            process.Dispose();
        if (_bus is not null)
            await _bus.StopAsync(TimeLimits.Scaled(TimeSpan.FromSeconds(10)));
        await _servers.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
