using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.Contracts.Scheduling.V1;
using Billing.SampleData;
using Billing.Testing;
using MassTransit;
using NodaTime;
using Npgsql;
using Xunit;

namespace Billing.Scenarios.House;

/// <summary>
/// The whole back office as processes, on servers of its own. A scenario speaks to it by messages, reads what HTTP
/// tells, and kills what it likes.
/// </summary>
sealed class BillingHouse : IAsyncDisposable
{
    /// <summary>Of a step of a month of some hundred accounts, with restarts in its middle.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>By the real clock, as the processes have it: a month that is over can be closed.</summary>
    static readonly YearMonth LastMonth = SampleMonth.LastOver(TimeProvider.System.GetUtcNow());

    static readonly string Period = $"{LastMonth.Year:0000}-{LastMonth.Month:00}";

    readonly IServers _servers;
    readonly string _folder = Directory.CreateTempSubdirectory("billing-house-").FullName;
    readonly List<ServiceProcess> _processes = [];
    readonly List<string> _moments = [];
    static readonly Guid RunConversation = Guid.NewGuid(), RunCorrelation = Guid.NewGuid(), EmailConversation = Guid.NewGuid(), EmailCorrelation = Guid.NewGuid(), Email = Guid.NewGuid();
    static readonly string RunTrace = $"{Guid.NewGuid():N}";

    readonly Dictionary<string, ServiceDatabase> _databases = [];
    ServiceDatabase _monthCloseDatabase = null!;
    ServiceDatabase _notificationDatabase = null!;
    IBusControl _bus = null!;
    int _accounts;
    int _copies = 1;
    (string Key, string Value)[] _monthCloseSettings = [];

    BillingHouse(IServers servers) => _servers = servers;

    public ServiceProcess Gateway { get; private set; } = null!;
    public ServiceProcess MonthClose { get; private set; } = null!;
    public ServiceProcess Notification { get; private set; } = null!;
    public ServiceProcess Scheduler { get; private set; } = null!;
    public ServiceProcess SeatRefresh { get; private set; } = null!;

    /// <param name="servers">Those that the tests share when left out.</param>
    /// <param name="copies">Processes of each service.</param>
    /// <param name="monthClose">Settings of MonthClose beside the usual ones.</param>
    public static async Task<BillingHouse> OpenAsync(IServers? servers = null, int copies = 1, params (string Key, string Value)[] monthClose)
    {
        var house = new BillingHouse(servers ?? await SharedServers.OpenAsync()) { _copies = copies, _monthCloseSettings = monthClose };
        try
        {
            await house.StartAsync();
            return house;
        }
        catch
        {
            await house.DisposeAsync();
            throw;
        }
    }

    public IEnumerable<ServiceProcess> Services => _processes.Where(process => process != Gateway);

    /// <summary>Each service but the gateway, which needs neither server.</summary>
    public Task AllAreAsync(bool ready, TimeSpan limit) => Task.WhenAll(Services.Select(service => service.IsAsync(ready, limit)));

    async Task StartAsync()
    {
        Gateway = Add("infra/Billing.SimulatedGateway", new() { ["Gateway__Folder"] = Path.Combine(_folder, "gateway") });
        _monthCloseDatabase = await AddDatabaseAsync("monthclose");
        _notificationDatabase = await AddDatabaseAsync("notification");
        var (seats, schedules) = (await AddDatabaseAsync("seatrefresh"), await AddDatabaseAsync("scheduler"));
        for (var copy = 1; copy <= _copies; copy++)
        {
            (MonthClose, Notification) = (AddMonthClose(), AddNotification());
            SeatRefresh = Add("services/Billing.SeatRefresh", SettingsOn(seats));
            // whoever fires it by hand on the first morning of a month means the month that is over everywhere, as this house does
            Scheduler = Add("services/Billing.Scheduler", new(SettingsOn(schedules)) { ["Schedules__month-close__TimeZone"] = "Etc/GMT+12" });
        }

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

    ServiceProcess AddNotification() => Add("services/Billing.Notification", new(SettingsOn(_notificationDatabase))
    {
        ["Mail__PickupFolder"] = Path.Combine(_folder, "mail"),
        ["Sending__Email__Kind"] = "Unlimited",
    });

    /// <summary>Another process of the same service, on the same queues and the same database.</summary>
    public async Task<ServiceProcess> StartSecondMonthCloseAsync()
    {
        var second = AddMonthClose();
        second.Start();
        await second.BecomesReadyAsync();
        return second;
    }

    ServiceProcess AddMonthClose() => Add("services/Billing.MonthClose", MonthCloseSettings());

    Dictionary<string, string> MonthCloseSettings()
    {
        var settings = UsualSettings();
        foreach (var (key, value) in _monthCloseSettings)
            settings[key] = value;
        return settings;
    }

    Dictionary<string, string> UsualSettings() => new(SettingsOn(_monthCloseDatabase))
    {
        ["Gateway__BaseAddress"] = Gateway.Http.BaseAddress!.ToString(),
        ["Gateway__Timeout"] = $"{TimeLimits.Scaled(TimeSpan.FromSeconds(2))}",
        ["Limits__gateway"] = "unlimited",
        ["Gateway__AskAfter__0"] = "00:00:01",
        ["Gateway__AskWithin"] = "00:00:10",
        ["Gateway__NotFoundIsBelievedAfter"] = "00:00:01",
        ["Gateway__AskAfter__1"] = "00:00:02",
        ["Gateway__AskAfter__2"] = "00:00:05",
        ["Gateway__AskAfter__3"] = "00:00:10",
        ["Closing__ChunkSize"] = "25",
    };

    async Task<ServiceDatabase> AddDatabaseAsync(string service) => _databases[service] = await _servers.AddDatabaseAsync(service);

    Dictionary<string, string> SettingsOn(ServiceDatabase database) => new(_servers.SettingsFor(database))
    {
        ["Sealing__CurrentKey"] = "test",
        ["Sealing__Keys__test"] = Convert.ToBase64String(new byte[32]),
    };

    ServiceProcess Add(string project, Dictionary<string, string> settings)
    {
        var process = new ServiceProcess(project, settings);
        process.Follow($"{RunConversation}", $"{EmailConversation}", RunTrace);
        _processes.Add(process);
        return process;
    }

    // ---- what an operator does ----

    /// <summary>The database of each service.</summary>
    public IReadOnlyDictionary<string, ServiceDatabase> Databases => _databases;

    /// <summary>What the command line is told of the house, by the names of its environment.</summary>
    public IReadOnlyDictionary<string, string> ForOperators
    {
        get
        {
            var broker = $"amqp://{_servers.RabbitMq.UserInfo}@{_servers.RabbitMq.Host}:{_servers.RabbitMq.Port}/{Uri.EscapeDataString(_servers.VirtualHost)}";
            var environment = new Dictionary<string, string>
            {
                ["BILLING_POSTGRES"] = new NpgsqlConnectionStringBuilder(_monthCloseDatabase.Administrator) { Database = null }.ConnectionString,
                ["BILLING_RABBITMQ"] = broker,
                ["BILLING_RABBITMQ_OPERATOR"] = broker,      // in the place of whatever else is set where the tests run
                ["BILLING_RABBITMQ_MANAGEMENT"] = new UriBuilder(_servers.Management.BaseAddress!)
                {
                    UserName = _servers.RabbitMq.UserInfo.Split(':')[0],
                    Password = _servers.RabbitMq.UserInfo.Split(':')[1]
                }.Uri.AbsoluteUri,
                ["BILLING_SEALING_KEY"] = Convert.ToBase64String(new byte[32]),
                ["BILLING_SEALING_KEY_NAME"] = "test"
            };
            foreach (var (service, database) in _databases)
                environment[$"BILLING_{service.ToUpperInvariant()}_DATABASE"] = new NpgsqlConnectionStringBuilder(database.Administrator).Database!;
            foreach (var process in Services)
                environment[$"BILLING_{process.Name["Billing.".Length..].ToUpperInvariant()}_URL"] = process.Http.BaseAddress!.AbsoluteUri;
            return environment;
        }
    }

    /// <summary>As an orchestrator stops them. The gateway is somebody else's, and goes on.</summary>
    public Task StopServicesAsync() => Task.WhenAll(Services.Select(service => service.StopAsync(Limit)));

    public async Task StartServicesAsync()
    {
        foreach (var service in Services)
            service.Start();
        await AllAreAsync(true, Limit);
    }

    /// <summary>Each mail that has left, and when its file was written last: one that is sent again is written again.</summary>
    public IReadOnlyDictionary<string, DateTime> Mails => Directory.GetFiles(Path.Combine(_folder, "mail"), "*.eml")
        .ToDictionary(file => Path.GetFileName(file), File.GetLastWriteTimeUtc, StringComparer.Ordinal);

    /// <summary>The id of each invoice that was issued, by its number.</summary>
    public Task<IReadOnlyDictionary<string, Guid>> InvoicesAsync() =>
        ReadBooksAsync("""select "Number", "InvoiceId" from "Invoice" """, reader => (reader.GetString(0), reader.GetGuid(1)));

    /// <summary>How each charge stands in the books, by its id.</summary>
    public Task<IReadOnlyDictionary<string, string>> ChargesAsync() =>
        ReadBooksAsync("""select "ChargeId"::text, "State" from "Charge" """, reader => (reader.GetString(0), reader.GetString(1)));

    async Task<IReadOnlyDictionary<string, T>> ReadBooksAsync<T>(string sql, Func<NpgsqlDataReader, (string Key, T Value)> read)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_monthCloseDatabase.Administrator) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new Dictionary<string, T>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
        {
            var (key, value) = read(reader);
            rows.Add(key, value);
        }

        return rows;
    }

    /// <summary>An e-mail that is asked for now and published at its time; ends when it is kept.</summary>
    public async Task ScheduleEmailAsync(Guid id, DateTimeOffset due)
    {
        await _bus.Publish(new ScheduleCommand
        {
            ScheduleId = id,
            DueAt = due,
            Command = nameof(SendEmail),
            Body = new JsonObject { ["notificationId"] = $"{id}", ["workspaceId"] = "scenario", ["to"] = "jane@example.com", ["subject"] = "Hello", ["text"] = "Hello" },
            RequestedBy = "scenario"
        });
        await Eventually.HoldsAsync(() => Scheduler.Http.GetStringAsync(new Uri("api/scheduled-commands", UriKind.Relative)),
            waiting => waiting.Contains($"{id}", StringComparison.Ordinal), "the e-mail is scheduled", Limit);
    }

    /// <summary>Which month the scenario closes.</summary>
    public static string Month => Period;

    /// <summary>Calls to the gateway in a second; null for as many as may be. A month takes long enough to be stopped in its middle.</summary>
    public Task LimitGatewayAsync(int? perSecond) => _bus.Publish(new Billing.Contracts.MonthClose.V2.SetProviderLimit
    {
        Name = "gateway",
        PermitsPerSecond = perSecond,
        Unlimited = perSecond is null
    });

    public Task ResumeRunAsync() => _bus.Publish(new ResumeRun { Period = Period, RequestedBy = "scenario" });

    /// <summary>Ends when the run stands so.</summary>
    public Task RunIsAsync(string state) => ReachesAsync($"the run is {state}", run => run.State == state);

    /// <summary>Account and charge of each payment that the gateway took for the month.</summary>
    public async Task<IReadOnlyList<(string Account, string Charge)>> PaymentsAsync()
    {
        var lines = await Gateway.Http.GetStringAsync(new Uri($"simulator/record?period={Period}", UriKind.Relative));
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(line => (line.GetProperty("metadata").GetProperty("account_id").GetString()!, line.GetProperty("charge_id").GetString()!))];
    }

    /// <summary>Ends when the run has ended and nothing is on its way.</summary>
    public async Task EndsAsync()
    {
        await ReachesAsync("the run ends", run => run.HasEnded);
        await QueuesEmptyAsync();
        await Eventually.HoldsAsync(async () => await AskAsync<BacklogSeen[]>(Notification, "api/notifications/counts"),
            channels => channels?.All(channel => channel is { Queued: 0, Collected: 0, Sending: 0 }) == true, "no message waits", Limit);
    }

    // ---- what a scenario says ----

    /// <summary>Prices, accounts and what they used, as the importers send them.</summary>
    public async Task TakeInAsync(int accounts)
    {
        _accounts = accounts;
        var all = new SampleMonth(LastMonth).Accounts(accounts).ToList();
        await PublishAsync(SamplePrices.All);
        await PublishAsync(all.Select(x => x.Account).Chunk(500).Select(some => new RegisterAccounts { Accounts = some }));
        await IntakeIsAsync("accounts", all.Count);
        await IntakeIsAsync("prices", SamplePrices.All.Count);
        await PublishAsync(all.Select(x => x.Seats).OfType<object>());
        await PublishAsync(all.Select(x => x.Credit).OfType<object>());
        var usage = all.SelectMany(x => x.Usage).ToList();
        await PublishAsync(usage.Chunk(500).Select(some => new RecordUsage { Records = some }));
        await IntakeIsAsync("usageRecords", usage.Count);
        await IntakeIsAsync("credits", all.Count(x => x.Credit is not null));
    }

    /// <summary>A person has the schedule fire now; with the trace of whatever he works with.</summary>
    public Task StartRunByScheduleAsync() => _bus.Publish(new RunScheduleNow { Schedule = "month-close", RequestedBy = "scenario" }, context =>
    {
        (context.ConversationId, context.CorrelationId) = (RunConversation, RunCorrelation);
        context.Headers.Set("traceparent", $"00-{RunTrace}-{RunTrace[..16]}-00");
    });

    public Task StartRunAsync() => _bus.Publish(new StartMonthClose { Period = Period, RequestedBy = "scenario" }, context => (context.ConversationId, context.CorrelationId) = (RunConversation, RunCorrelation));

    /// <summary>An e-mail that somebody asks for, beside the run.</summary>
    public Task SendEmailAsync() => _bus.Publish(new SendEmail { NotificationId = Email, WorkspaceId = "scenario", To = "jane@example.com", Subject = "Hello", Text = "Hello" },
        context => (context.ConversationId, context.CorrelationId) = (EmailConversation, EmailCorrelation));

    /// <summary>
    /// The ids that were given with the commands are in a line of every service that they passed, and in those of the deliveries: an operator who has one
    /// id finds everything.
    /// </summary>
    public async Task IdsAreInEveryLogAsync()
    {
        await DeliveryIsLoggedAsync("the e-mail", line => line.Contains($"{Email}", StringComparison.Ordinal), EmailConversation, EmailCorrelation);
        await DeliveryIsLoggedAsync("a letter of the run", line => !line.Contains($"{Email}", StringComparison.Ordinal), RunConversation);
        foreach (var service in (ServiceProcess[])[Scheduler, MonthClose, Notification])
            Assert.Contains(_processes.Where(process => process.Name == service.Name).SelectMany(process => process.LinesOfFollowed),
                line => line.Contains($"{RunConversation}", StringComparison.Ordinal) && line.Contains(RunTrace, StringComparison.Ordinal));
        await DeliveryIsLoggedAsync("a receipt in the trace of the run", line => line.Contains(RunTrace, StringComparison.Ordinal), RunConversation);
    }

    Task DeliveryIsLoggedAsync(string what, Func<string, bool> isMeant, params Guid[] ids) => Eventually.HoldsAsync(
        () => Task.FromResult(Notification.LinesOfFollowed.Any(line => line.Contains(" is sent", StringComparison.Ordinal) && isMeant(line)
            && ids.All(id => line.Contains($"{id}", StringComparison.Ordinal)))), $"the delivery of {what} is logged with the ids of its command", Limit);

    /// <summary>Waits until the run has come so far, and is still under way; says so when it never is.</summary>
    public async Task UntilAsync(string moment, Func<RunSeen, bool> reached) =>
        Assert.False((await ReachesAsync(moment, reached)).HasEnded,
            $"\"{moment}\" was seen too late: the run has ended. Make the month larger.\n{string.Join('\n', _moments)}");

    async Task<RunSeen> ReachesAsync(string moment, Func<RunSeen, bool> reached)
    {
        RunSeen? last = null;
        try
        {
            await Eventually.HoldsAsync(async () =>
            {
                var now = await SeeAsync();
                last = now ?? last;
                return now is not null && reached(now);
            }, moment, Limit);
            _moments.Add($"{moment}: {last}");
            return last!;
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{last}\n{string.Join('\n', _moments)}\n{MonthClose.Output}");
        }
    }

    /// <summary>
    /// The end of every scenario: all accounts ended, four records of the money agree, nobody paid twice, and the
    /// command to start told again changes nothing.
    /// </summary>
    public async Task EndsWithBooksThatAgreeAsync()
    {
        await ReachesAsync("the run ends", run => run.HasEnded);
        var books = await BooksAsync();
        Assert.Equal(_accounts, books.Accounts);
        Assert.Equal(books.Accounts, books.Closed + books.Parked);
        Assert.Equal(1, books.Parked);      // the one whose use has no price
        Assert.NotEmpty(books.Collected);
        var captures = await CapturesAsync();
        Assert.Equal(captures.Count, captures.Distinct().Count());

        await QueuesEmptyAsync();
        await StartRunAsync();
        await StartRunAsync();
        await QueuesEmptyAsync();
        Assert.Equivalent(books, await BooksAsync(), strict: true);
        Assert.Equal(captures, await CapturesAsync());
    }

    /// <summary>
    /// Ends when no queue holds a message but those where the refused end. The broker counts its queues every five seconds, so what it says is true of
    /// now only when it has said so for longer.
    /// </summary>
    async Task QueuesEmptyAsync()
    {
        var empty = new Stopwatch();
        await Eventually.HoldsAsync(async () =>
        {
            var queues = await _servers.Management.GetFromJsonAsync<JsonElement[]>(
                $"api/queues/{Uri.EscapeDataString(_servers.VirtualHost)}?columns=name,messages");
            var busy = queues!.Where(queue => !queue.GetProperty("name").GetString()!.EndsWith("_error", StringComparison.Ordinal)
                && !(queue.TryGetProperty("messages", out var messages) && messages.GetInt32() == 0)).ToList();
            if (busy.Count > 0)
                empty.Reset();
            else
                empty.Start();
            return empty.Elapsed > TimeSpan.FromSeconds(6) ? "" : busy.Count == 0 ? "nothing, as of late" : string.Join(", ", busy);
        }, busy => busy.Length == 0, "every queue is empty", Limit);
    }

    async Task<BooksSeen> BooksAsync()
    {
        var books = await Eventually.HoldsAsync(
            () => AskAsync<BooksSeen>(MonthClose, $"api/runs/{Period}/reconciliation"),
            books => books is { Unknown: 0, Differences.Length: 0 }, "nothing is unknown, and no record differs", Limit);
        return books!;
    }

    async Task<RunSeen?> SeeAsync()
    {
        var run = await AskAsync<RunSeen>(MonthClose, $"api/runs/{Period}");
        return run is null ? null : run with { Captures = (await AskAsync<TotalsSeen>(Gateway, "simulator/totals"))?.Totals.Sum(total => total.Captures) ?? 0 };
    }

    /// <summary>The charge of each capture in the gateway's own record.</summary>
    async Task<List<string>> CapturesAsync()
    {
        var lines = await Gateway.Http.GetStringAsync(new Uri($"simulator/record?period={Period}", UriKind.Relative));
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("charge_id").GetString()!)];
    }

    /// <summary>The processes of a service.</summary>
    public IReadOnlyList<ServiceProcess> Of(string service) => [.. _processes.Where(process => process.Name == $"Billing.{service}")];

    /// <summary>What each process of a service has counted since it was started, by the beginning of the figure's name.</summary>
    public Task<double[]> CountedAsync(string service, string figure) =>
        Task.WhenAll(Of(service).Select(process => FiguresOf.SumAsync(process, figure)));

    /// <summary>The most places for calls to the gateway that all processes had at a time, and how many of them had any; looked at ten times a second.</summary>
    public async Task<(long Places, long Holders)> MostPlacesAsync(CancellationToken stopping)
    {
        var most = (Places: 0L, Holders: 0L);
        await using var connection = new NpgsqlConnection(_monthCloseDatabase.Administrator);
        await connection.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand("""
            select coalesce(sum("Count"), 0)::bigint, count(*) filter (where "Count" > 0) from "PermitHolder" where "Name" = 'gateway-in-flight'
            """, connection);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (!stopping.IsCancellationRequested)
        {
            await using (var reader = await command.ExecuteReaderAsync(CancellationToken.None))
            {
                await reader.ReadAsync(CancellationToken.None);
                most = (Math.Max(most.Places, reader.GetInt64(0)), Math.Max(most.Holders, reader.GetInt64(1)));
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return most;
    }

    /// <summary>When the gateway took each payment of the month, by its own clock.</summary>
    public async Task<IReadOnlyList<DateTimeOffset>> CapturedAtAsync()
    {
        var lines = await Gateway.Http.GetStringAsync(new Uri($"simulator/record?period={Period}", UriKind.Relative));
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("captured_at").GetDateTimeOffset()).Order()];
    }

    Task<long> IntakeIsAsync(string what, long count) => Eventually.HoldsAsync(
        async () => (await AskAsync<Dictionary<string, long>>(MonthClose, "api/intake"))?[what] ?? -1, now => now >= count, $"{count} {what} taken in", Limit);

    /// <summary>Null while the service is down, or knows nothing of it.</summary>
    static async Task<T?> AskAsync<T>(ServiceProcess service, string path)
        where T : class
    {
        try
        {
            return await service.Http.GetFromJsonAsync<T>(new Uri(path, UriKind.Relative));
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    async Task PublishAsync(IEnumerable<object> messages)
    {
        foreach (var some in messages.Chunk(50))
            await Task.WhenAll(some.Select(message => _bus.Publish(message)));
    }

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
