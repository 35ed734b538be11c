using System.Net.Http.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.SampleData;
using Billing.Testing;
using Billing.Views.MonthClose;
using MassTransit;
using Microsoft.Playwright;
using NodaTime;
using Npgsql;

namespace Billing.Console.Tests.House;

/// <summary>The console before four real services, the simulated gateway, and one browser; made once for all tests of the project.</summary>
public sealed class ConsoleHouse : IAsyncLifetime
{
    const int Accounts = 40;

    /// <summary>By the real clock, as the processes have it: a month that is over can be closed.</summary>
    static readonly YearMonth LastMonth = SampleMonth.LastOver(TimeProvider.System.GetUtcNow());

    public static readonly string Period = $"{LastMonth.Year:0000}-{LastMonth.Month:00}";

    /// <summary>The month before that, for whoever needs a run that has not begun.</summary>
    public static readonly string Earlier = LastMonth.PlusMonths(-1) is var month ? $"{month.Year:0000}-{month.Month:00}" : "";

    readonly string _folder = Directory.CreateTempSubdirectory("billing-console-").FullName;
    readonly List<ServiceProcess> _processes = [];
    IServers _servers = null!;
    ServiceDatabase _schedules = null!;
    IBusControl _bus = null!;
    IPlaywright _playwright = null!;
    IBrowser _browser = null!;

    public ServiceProcess Gateway { get; private set; } = null!;
    public ServiceProcess MonthClose { get; private set; } = null!;
    public ServiceProcess Notification { get; private set; } = null!;
    public ServiceProcess SeatRefresh { get; private set; } = null!;
    public ServiceProcess Scheduler { get; private set; } = null!;
    public ServiceProcess Console { get; private set; } = null!;

    internal MailServer Mail { get; } = new();

    /// <summary>As the console has it.</summary>
    public Dictionary<string, string> ConsoleSettings => new(_servers.SettingsFor(BrokerUsers.Of(BrokerUsers.Console, _servers.RabbitMq)))
    {
        ["Console__MonthClose"] = $"{MonthClose.Http.BaseAddress}",
        ["Console__Notification"] = $"{Notification.Http.BaseAddress}",
        ["Console__SeatRefresh"] = $"{SeatRefresh.Http.BaseAddress}",
        ["Console__Scheduler"] = $"{Scheduler.Http.BaseAddress}",
    };

    public async Task InitializeAsync()
    {
        _servers = await SharedServers.OpenAsync();
        Gateway = Add("infra/Billing.SimulatedGateway", new() { ["Gateway__Folder"] = Path.Combine(_folder, "gateway") });
        MonthClose = Add("services/Billing.MonthClose", new(await SettingsAsync("monthclose"))
        {
            ["Gateway__BaseAddress"] = $"{Gateway.Http.BaseAddress}",
            ["Gateway__Timeout"] = $"{TimeLimits.Scaled(TimeSpan.FromSeconds(2))}",
            ["Gateway__AskAfter__0"] = "00:00:01",
            ["Gateway__AskAfter__1"] = "00:00:02",
            ["Gateway__NotFoundIsBelievedAfter"] = "00:00:01",
            // so slow that a person sees it move, and can stop it
            ["Limits__gateway"] = "5",
            ["Closing__ChunkSize"] = "5",
            ["Closing__MaxChunksInFlight"] = "1",
            ["Seller__Name"] = "Example Cloud Ltd",
        });
        Notification = Add("services/Billing.Notification", new(await SettingsAsync("notification"))
        {
            ["Mail__PickupFolder"] = Path.Combine(_folder, "mail"),
            ["Mail__SmtpHost"] = "127.0.0.1",
            ["Mail__SmtpPort"] = $"{Mail.Port}",
            ["Mail__SmtpTls"] = "false",
        });
        SeatRefresh = Add("services/Billing.SeatRefresh", await SettingsAsync("seatrefresh"));
        _schedules = await _servers.AddDatabaseAsync("scheduler");
        Scheduler = Add("services/Billing.Scheduler", SettingsFor(_schedules));
        Console = Add("services/Billing.Console", ConsoleSettings);
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
        await TakeInAsync();
        _playwright = await Playwright.CreateAsync();
        // Debian's own browser; as root it has no sandbox
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu"] });
    }

    async Task TakeInAsync()
    {
        var all = new SampleMonth(LastMonth).Accounts(Accounts).ToList();
        foreach (var price in SamplePrices.All)
            await _bus.Publish(price);
        await _bus.Publish(new RegisterAccounts { Accounts = [.. all.Select(x => x.Account)] });
        await Eventually.HoldsAsync(async () => (await MonthClose.Http.GetFromJsonAsync<IntakeView>("api/intake"))!,
            intake => intake.Accounts >= Accounts && intake.Prices >= SamplePrices.All.Count, "accounts and prices are taken in", TimeSpan.FromMinutes(2));
        var usage = all.SelectMany(x => x.Usage).ToList();
        await _bus.Publish(new RecordUsage { Records = [.. usage] });
        await Eventually.HoldsAsync(async () => (await MonthClose.Http.GetFromJsonAsync<IntakeView>("api/intake"))!,
            intake => intake.UsageRecords + intake.RejectedUsage >= usage.Count, "usage is taken in", TimeSpan.FromMinutes(2));
    }

    public async Task<long> UsageAsync() =>
        (await MonthClose.Http.GetFromJsonAsync<IntakeView>("api/intake"))! is var intake ? intake.UsageRecords + intake.RejectedUsage : 0;

    public Task PublishAsync(object message) => _bus.Publish(message);

    /// <summary>The month's run is at its end: begun when nobody has, and every account has ended.</summary>
    public async Task<RunView> RunHasEndedAsync()
    {
        if (await RunAsync(Period) is null)
            await PublishAsync(new StartMonthClose { Period = Period, RequestedBy = "tests" });
        return await HasEndedAsync(Period);
    }

    public async Task<RunView> HasEndedAsync(string period) =>
        (await Eventually.HoldsAsync(() => RunAsync(period), run => run is { CompletedAt: not null }, "the run has ended", TimeSpan.FromMinutes(3)))!;

    public async Task<RunView?> RunAsync(string period)
    {
        using var answer = await MonthClose.Http.GetAsync($"api/runs/{period}");
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<RunView>() : null;
    }

    /// <summary>A new page of a new visitor.</summary>
    public async Task<IPage> VisitAsync(string path, int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light, Uri? console = null)
    {
        var visitor = await _browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, TimezoneId = "Europe/Berlin" });
        visitor.SetDefaultTimeout((float)TimeLimits.Scaled(TimeSpan.FromSeconds(20)).TotalMilliseconds);
        var page = await visitor.NewPageAsync();
        await page.GotoAsync(new Uri(console ?? Console.Http.BaseAddress!, path).ToString());
        return page;
    }

    public async Task<Dictionary<string, string>> SettingsAsync(string service) => SettingsFor(await _servers.AddDatabaseAsync(service));

    /// <summary>The schedules are brought back from a backup of an hour ago, as restore marks it: while no process of theirs runs.</summary>
    public async Task BringSchedulesBackAsync()
    {
        await Scheduler.StopAsync(TimeSpan.FromMinutes(1));
        await using (var connection = new NpgsqlConnection(_schedules.Administrator))
        {
            await connection.OpenAsync();
            await using var mark = new NpgsqlCommand("""
                insert into "Restoration" ("RestorationId", "TakenAt", "RestoredAt", "NothingLeft") values (gen_random_uuid(), now() - interval '1 hour', now(), false)
                """, connection);
            await mark.ExecuteNonQueryAsync();
        }

        Scheduler.Start();
        await Scheduler.BecomesReadyAsync();
    }

    Dictionary<string, string> SettingsFor(ServiceDatabase database) => new(_servers.SettingsFor(database))
    {
        ["Sealing__CurrentKey"] = "test",
        ["Sealing__Keys__test"] = Convert.ToBase64String(new byte[32]),
    };

    ServiceProcess Add(string project, Dictionary<string, string> settings)
    {
        var process = new ServiceProcess(project, settings);
        _processes.Add(process);
        return process;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        foreach (var process in _processes)
            process.Dispose();
        if (_bus is not null)
            await _bus.StopAsync(TimeLimits.Scaled(TimeSpan.FromSeconds(10)));
        Mail.Dispose();
        await _servers.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>One house for all: they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class InTheHouse : ICollectionFixture<ConsoleHouse>
{
    public const string Name = "console";
}
