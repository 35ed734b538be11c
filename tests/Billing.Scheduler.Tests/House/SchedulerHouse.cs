using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.Contracts.Outcomes.V1;
using Billing.Contracts.Scheduling.V1;
using Billing.Contracts.Seats.V1;
using Billing.Scheduler.Schedules;
using Billing.Scheduler.Ticking;
using Billing.Testing;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace Billing.Scheduler.Tests.House;

/// <summary>Processes of the Scheduler, one or more, on a virtual host and a database of their own, and someone who hears what they say.</summary>
public sealed class SchedulerHouse : IAsyncLifetime
{
    readonly HeardMessages _heard = new();
    readonly List<WebApplication> _processes = [];
    TestDatabase _database = null!;
    TestVirtualHost _virtualHost = null!;
    IBusControl _bus = null!;

    public ShiftedTimeProvider Clock { get; } = new();

    public TestVirtualHost Broker => _virtualHost;

    /// <summary>What the service that obeys says of a command that asks for an outcome.</summary>
    public Func<CommandAnswered, CommandAnswered>? Answering { get; set; }

    /// <summary>What processes that are started from now on have besides.</summary>
    public Action<IServiceCollection> Also { get; set; } = _ => { };

    public async Task InitializeAsync()
    {
        Clock.SetTo(DateTimeOffset.Parse("2026-10-15T03:00:00Z"));
        _database = await TestDatabase.BorrowAsync("scheduler");
        _virtualHost = await TestVirtualHost.BorrowAsync("scheduler");
        _bus = Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            bus.Host(TestVirtualHost.Host, TestVirtualHost.Port, _virtualHost.Name, host =>
            {
                host.Username(TestVirtualHost.Username);
                host.Password(TestVirtualHost.Password);
            });
            bus.ReceiveEndpoint("what-the-test-hears", endpoint =>
            {
                _heard.Hear<ScheduleFired>(endpoint);
                _heard.Hear<StartMonthClose>(endpoint);
                _heard.Hear<StartSeatRefresh>(endpoint);
                _heard.Hear<StartReconciliation>(endpoint);
                _heard.Hear<ClockAdvanced>(endpoint);
                _heard.Hear<SetSeatRefresh>(endpoint);
                _heard.Hear<RegisterAccount>(endpoint);
                _heard.Hear<SendEmail>(endpoint);
                _heard.Hear<SendSms>(endpoint);
                endpoint.Handler<StartSeatRefresh>(AnswerAsync);
                endpoint.Handler<SetSeatRefresh>(AnswerAsync);
            });
        });
        await _bus.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _bus.StopAsync();
        await StopAsync();
        // it would tell the next one who borrows the virtual host that he is beside a test clock
        using (await _virtualHost.Management.DeleteAsync(new Uri($"api/exchanges/{_virtualHost.Name}/billing-test-clock", UriKind.Relative)))
            await _virtualHost.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>Starts one more process, ready when this returns.</summary>
    public async Task StartAsync(params (string Key, string Value)[] settings)
    {
        await LaunchAsync(settings);
        var process = _processes[^1];
        using var http = HttpOf(process);
        await OneService.IsReadyAsync(http);
        await Eventually.HoldsAsync(() => AskAsync(db => db.Schedules.AnyAsync()), "the schedules are adopted");
        await _database.HasItsTablesAsync();
    }

    /// <summary>Starts one more process and does not wait for it to be ready.</summary>
    public async Task LaunchAsync(params (string Key, string Value)[] settings)
    {
        _processes.Add(Build(settings));
        await _processes[^1].StartAsync();
    }

    public async Task StopAsync()
    {
        foreach (var process in _processes)
        {
            await process.StopAsync();
            await process.DisposeAsync();
        }

        _processes.Clear();
    }

    /// <summary>The database through a wire that can be cut. Give it to <see cref="StartAsync"/>.</summary>
    public (string Key, string Value) Through(TcpCut wire) =>
        ("Database:ConnectionString", new NpgsqlConnectionStringBuilder(_database.Access.Service) { Host = TcpCut.Host, Port = wire.Port }.ConnectionString);

    public static TcpCut WireToDatabase(bool cut = false)
    {
        var server = new NpgsqlConnectionStringBuilder(TestServers.Postgres);
        return new TcpCut(server.Host!, server.Port, cut);
    }

    public WebApplication Build(params (string Key, string Value)[] settings) => SchedulerApplication.Build([], builder =>
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["Database:ConnectionString"] = _database.Access.Service,
            ["Database:OwnerConnectionString"] = _database.Access.Owner,
            ["RabbitMq:Host"] = TestVirtualHost.Host,
            ["RabbitMq:Port"] = TestVirtualHost.Port.ToString(),
            ["RabbitMq:VirtualHost"] = _virtualHost.Name,
            ["RabbitMq:Username"] = TestVirtualHost.UserOf(BrokerUsers.Scheduler).Name,
            ["RabbitMq:Password"] = TestVirtualHost.UserOf(BrokerUsers.Scheduler).Password,
            ["Schedules:reconciliation:Enabled"] = "false",     // two schedules are enough for what most tests ask
            ["Serilog:MinimumLevel:Default"] = "Warning"
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        Also(builder.Services);
        if (!builder.Configuration.GetValue<bool>("Clock:Test"))
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
    });

    /// <summary>As if Quartz woke the last process for the schedule, whyever.</summary>
    public async Task<ScheduleTick?> WakeAsync(string schedule)
    {
        await using var scope = _processes[^1].Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<TickStep>().FireAsync(schedule, CancellationToken.None);
    }

    public Task<T> HearsAsync<T>(Func<T, bool>? which = null)
        where T : class =>
        _heard.FirstAsync(which);

    public Task<IReadOnlyList<T>> HearsAllAsync<T>(Func<T, bool> which, int count)
        where T : class =>
        Eventually.HoldsAsync(() => Task.FromResult(Heard(which)), heard => heard.Count >= count, $"{count} of {typeof(T).Name} are heard");

    public IReadOnlyList<T> Heard<T>(Func<T, bool>? which = null)
        where T : class => _heard.Of(which);

    /// <summary>All that was said has been heard: whatever was fired before this has left the outbox.</summary>
    public async Task<IReadOnlyList<ScheduleFired>> AllFiredAsync()
    {
        var ticks = await AskAsync(db => db.Ticks.CountAsync(x => !x.Skipped));
        await Eventually.HoldsAsync(() => AskAsync(db =>
            db.Database.SqlQueryRaw<int>("""select count(*)::int as "Value" from "OutboxMessage" """).SingleAsync()), left => left == 0, "the outbox is empty");
        return await Eventually.HoldsAsync(() => Task.FromResult(Heard<ScheduleFired>()), heard => heard.Count >= ticks, $"{ticks} ticks are heard");
    }

    public Task SayAsync<T>(T message)
        where T : class => _bus.Publish(message);

    /// <summary>Publishes a command, and waits for what became of it.</summary>
    public async Task<CommandAnswered> TellAsync<T>(T command)
        where T : class
    {
        var told = new TaskCompletionSource<CommandAnswered>(TaskCreationOptions.RunContinuationsAsynchronously);
        var endpoint = _bus.ConnectReceiveEndpoint(new TemporaryEndpointDefinition("who-asks"), DefaultEndpointNameFormatter.Instance, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;
            endpoint.UseRawJsonDeserializer();
            endpoint.Handler<CommandAnswered>(context => Task.FromResult(told.TrySetResult(context.Message)));
        });
        var queue = (await endpoint.Ready).InputAddress.AbsolutePath.Split('/')[^1];
        await _bus.Publish(command, context => context.GetPayload<RabbitMqSendContext>().BasicProperties.ReplyTo = queue);
        var answer = await told.Task.WithinLimitAsync();
        await endpoint.StopAsync();
        return answer;
    }

    /// <summary>As the services do: to the queue that the command names.</summary>
    async Task AnswerAsync<T>(ConsumeContext<T> context)
        where T : class
    {
        if (Answering is not { } answering || context.ReceiveContext.GetPayload<RabbitMqBasicConsumeContext>().Properties.ReplyTo is not { Length: > 0 } queue)
            return;
        var answer = answering(new CommandAnswered
        {
            Command = $"{typeof(T).Namespace}:{typeof(T).Name}",
            Outcome = "accepted",
            Service = "seat-refresh",
            AnsweredAt = Clock.GetUtcNow(),
            MessageId = context.MessageId,
            Changes = [],
            Faults = []
        });
        var plain = new SystemTextJsonRawMessageSerializer();
        var endpoint = await context.GetSendEndpoint(new Uri("exchange:amq.rabbitmq.reply-to"));
        await endpoint.Send(answer, Pipe.Execute<SendContext<CommandAnswered>>(send =>
        {
            (send.Serializer, send.ContentType) = (plain, plain.ContentType);
            send.SetRoutingKey(queue);
        }));
    }

    /// <summary>What the last process shows of the clock.</summary>
    public async Task<JsonElement> ClockShownAsync()
    {
        using var http = HttpOf(_processes[^1]);
        return await http.GetFromJsonAsync<JsonElement>(new Uri("api/clock", UriKind.Relative));
    }

    /// <summary>Whether a process is ready, and what it says of it.</summary>
    public async Task<(bool IsReady, string Said)> ReadinessAsync(int process)
    {
        using var http = HttpOf(_processes[process]);
        using var answer = await http.GetAsync(new Uri("health/ready", UriKind.Relative));
        return (answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<T> AskAsync<T>(Func<SchedulerDbContext, Task<T>> question)
    {
        await using var scope = _processes[^1].Services.CreateAsyncScope();
        return await question(scope.ServiceProvider.GetRequiredService<SchedulerDbContext>());
    }

    public async Task BreakInAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public Task<IReadOnlyList<JsonElement>> SchedulesAsync() => ListAsync("api/schedules");

    public async Task<JsonElement> GetAsync(string path)
    {
        using var http = HttpOf(_processes[^1]);
        return await http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative));
    }

    public async Task<JsonElement> PostAsync(string path)
    {
        using var http = HttpOf(_processes[^1]);
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>What the last process answers.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path)
    {
        using var http = HttpOf(_processes[^1]);
        return [.. (await http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative))).EnumerateArray()];
    }

    public async Task<IReadOnlyList<string>> AllEndpointsReadOddIdsAsync()
    {
        using var http = HttpOf(_processes[^1]);
        return await OddIds.AllEndpointsReadThemAsync(_processes[^1], http);
    }

    static HttpClient HttpOf(WebApplication process) => new() { BaseAddress = OneService.AddressOf(process) };
}
