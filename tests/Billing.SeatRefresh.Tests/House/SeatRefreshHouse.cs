using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.Notification.V1;
using Billing.Contracts.Seats.V1;
using Billing.Persistence;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Subscriptions;
using Billing.Testing;
using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace Billing.SeatRefresh.Tests.House;

/// <summary>
/// One SeatRefresh service on a virtual host and a database of its own. Tests speak to it as anyone does: by messages, and read what it did from
/// its database and its HTTP.
/// </summary>
public sealed class SeatRefreshHouse : IAsyncLifetime
{
    readonly HeardMessages _heard = new();
    TestDatabase _database = null!;
    TestVirtualHost _virtualHost = null!;
    readonly OneService _service = new();
    IBusControl _bus = null!;

    /// <summary>Set by a test before it tells of something: from then on at its own pace.</summary>
    public ShiftedTimeProvider Clock { get; } = new();

    /// <summary>On top of those of every house.</summary>
    public Dictionary<string, string?> Settings { get; init; } = [];

    /// <summary>On top of the connection string, such as <c>;Command Timeout=1</c>.</summary>
    public string Connection { get; init; } = "";

    public HttpClient Http { get; private set; } = null!;

    public TestVirtualHost Broker => _virtualHost;

    /// <summary>How to connect to its database.</summary>
    public string Database => _database.Access.Service + Connection;

    public async Task InitializeAsync()
    {
        Clock.SetTo(new DateTimeOffset(2026, 10, 15, 6, 0, 0, TimeSpan.Zero));
        _database = await TestDatabase.BorrowAsync("seatrefresh");
        _virtualHost = await TestVirtualHost.BorrowAsync("seatrefresh");
        _virtualHost.Unsent = UnsentAsync;
        await StartServiceAsync();
        await _database.HasItsTablesAsync();
        _bus = Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            bus.Host(TestVirtualHost.Host, TestVirtualHost.Port, _virtualHost.Name, host =>
            {
                host.Username(TestVirtualHost.Username);
                host.Password(TestVirtualHost.Password);
            });
            bus.ReceiveEndpoint("what-the-test-hears", endpoint =>
            {
                endpoint.ConcurrentMessageLimit = 1;    // heard in the order in which the broker holds them
                _heard.Hear<SeatUsageChanged>(endpoint);
                _heard.Hear<RefreshSeats>(endpoint);
                _heard.Hear<SeatRefreshSet>(endpoint);
                _heard.Hear<SeatDifferencesFound>(endpoint);
                _heard.Hear<SeatRecordsTaken>(endpoint);
                _heard.Hear<SendEmail>(endpoint);
                _heard.Hear<Fault>(endpoint);
            });
        });
        _bus.ConnectReceiveObserver(_virtualHost.Handling);
        await _bus.StartAsync();
    }

    /// <summary>Begins again where <see cref="StopServiceAsync"/> ended: the same database, the same queues.</summary>
    public async Task StartServiceAsync()
    {
        Http = await _service.StartAsync(Build(Settings));
        await OneService.IsReadyAsync(Http);
    }

    public Task<IReadOnlyList<string>> AllEndpointsReadOddIdsAsync() => OddIds.AllEndpointsReadThemAsync(_service.Running, Http);

    /// <summary>A second process beside the first: the same database, the same queues, the same clock. It ends when it is disposed.</summary>
    public async Task<IAsyncDisposable> StartAnotherAsync(Dictionary<string, string?> settings)
    {
        var another = Build(settings);
        await another.StartAsync();
        return new Running(another);
    }

    sealed class Running(WebApplication service) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await service.StopAsync();
            await service.DisposeAsync();
        }
    }

    /// <summary>What the service would resolve for itself, for a test of a part of it.</summary>
    public T Part<T>()
        where T : notnull => _service.Running.Services.GetRequiredService<T>();

    WebApplication Build(Dictionary<string, string?> settings) =>
        SeatRefreshApplication.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Urls"] = "http://127.0.0.1:0",
                ["Database:ConnectionString"] = _database.Access.Service + Connection,
                ["Database:OwnerConnectionString"] = _database.Access.Owner,
                ["RabbitMq:Host"] = TestVirtualHost.Host,
                ["RabbitMq:Port"] = TestVirtualHost.Port.ToString(),
                ["RabbitMq:VirtualHost"] = _virtualHost.Name,
                ["RabbitMq:Username"] = TestVirtualHost.UserOf(BrokerUsers.SeatRefresh).Name,
                ["RabbitMq:Password"] = TestVirtualHost.UserOf(BrokerUsers.SeatRefresh).Password,
                ["Refreshing:ClaimAtOnce"] = "4",
                ["Refreshing:LookEvery"] = "00:00:00.2",
                ["Refreshing:MaxAge"] = "1.00:00:00",
                ["Serilog:MinimumLevel:Default"] = "Warning"
            });
            builder.Configuration.AddInMemoryCollection(settings);
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            builder.Services.AddReceiveObserver(_ => _virtualHost.Handling);
        });

    public async Task StopServiceAsync()
    {
        Http.Dispose();
        await _service.StopAsync();
    }

    public async Task DisposeAsync()
    {
        await _bus.StopAsync();
        await StopServiceAsync();
        await _virtualHost.DisposeAsync();
        await _database.DisposeAsync();
    }

    // ---- what a test says ----

    public Task TellAsync(params object[] messages) => Task.WhenAll(messages.Select(message => _bus.Publish(message)));

    /// <summary>
    /// Tells, and waits until the service has committed what came of it, be it nothing: the mark in its inbox says so. The broker's own counts of its queues
    /// are seconds old.
    /// </summary>
    public async Task HandledAsync<T>(T message)
        where T : class
    {
        var id = NewId.NextGuid();
        await _bus.Publish(message, context => context.MessageId = id);
        await Eventually.HoldsAsync(() => AskAsync(db => db.Set<MassTransit.EntityFrameworkCoreIntegration.InboxState>().AnyAsync(x => x.MessageId == id)),
            $"the {typeof(T).Name} is handled");
    }

    public async Task RegisterAsync(params RegisterSubscription[] subscriptions)
    {
        await TellAsync([.. subscriptions]);
        var ids = subscriptions.Select(x => x.SubscriptionId).ToList();
        await Eventually.HoldsAsync(() => AskAsync(db => db.Subscriptions.CountAsync(x => ids.Contains(x.SubscriptionId))), count =>
            count == ids.Count, "the subscriptions are registered");
    }

    /// <summary>So many developers join the namespace.</summary>
    public async Task JoinAsync(string namespaceId, params string[] users)
    {
        await TellAsync([.. users.Select(user => Sample.Member(namespaceId, user))]);
        await Eventually.HoldsAsync(() => AskAsync(db => db.Memberships.CountAsync(x => x.NamespaceId == namespaceId && users.Contains(x.UserId))), count =>
            count == users.Length, "the members are known");
    }

    /// <summary>Changes how the refresh runs, and waits until it is so.</summary>
    public async Task SetAsync(SetSeatRefresh told)
    {
        await TellAsync(told);
        await Eventually.HoldsAsync(() => AskAsync(db => db.Settings.AsNoTracking().SingleOrDefaultAsync()), now => now is not null
            && now.MaxRunning == (told.MaxRunning ?? now.MaxRunning)
            && (told.Jobs is null || string.Equals(told.Jobs, now.Jobs.ToString(), StringComparison.OrdinalIgnoreCase))
            && (told.Batch is null || string.Equals(told.Batch, now.Batch.ToString(), StringComparison.OrdinalIgnoreCase)), "the refresh is set");
    }

    /// <summary>A tick, and everything that follows from it, until nothing is left to do.</summary>
    public async Task TickAsync(DateTimeOffset dueAt)
    {
        await TellAsync(new StartSeatRefresh { DueAt = dueAt });
        await Eventually.HoldsAsync(() => AskAsync(db => db.Ticks.AnyAsync(tick => tick.DueAt == dueAt)), "the tick was taken");
        await IsOverAsync();
    }

    public Task IsOverAsync() => Eventually.HoldsAsync(
        () => AskAsync(async db => !await db.Settings.AnyAsync(x => x.Draining) && !await db.Walks.AnyAsync(x => x.DoneAt == null)
            && !await db.Slots.AnyAsync(x => x.LeaseId != null)), "the drain is over");

    /// <summary>Asks for a count and waits until it is done.</summary>
    public async Task RefreshAsync(string subscriptionId)
    {
        var before = (await SubscriptionAsync(subscriptionId)).LastSeatRefreshAt;
        await TellAsync(new RefreshSeats { SubscriptionId = subscriptionId, RequestedBy = "a test" });
        await Eventually.HoldsAsync(() => SubscriptionAsync(subscriptionId), x =>
            x.LastSeatRefreshAt > (before ?? DateTimeOffset.MinValue), $"{subscriptionId} is counted");
    }

    // ---- what a test asks ----

    public Task<T> HearsAsync<T>(Func<T, bool>? which = null)
        where T : class =>
        _heard.FirstAsync(which);

    public IReadOnlyList<T> Heard<T>(Func<T, bool>? which = null)
        where T : class => _heard.Of(which);

    public async Task<string> RejectionAsync(object command, string contains)
    {
        await TellAsync(command);
        return (await HearsAsync<Fault>(fault => fault.Exceptions[0].Message.Contains(contains, StringComparison.Ordinal))).Exceptions[0].Message;
    }

    public Task<Subscription> SubscriptionAsync(string id) => AskAsync(db => db.Subscriptions.AsNoTracking().SingleAsync(x => x.SubscriptionId == id));

    public async Task<JsonElement> ViewAsync(string id) => await Http.GetFromJsonAsync<JsonElement>(new Uri($"api/subscriptions/{id}", UriKind.Relative));

    public Task<JsonElement> StateAsync() => Http.GetFromJsonAsync<JsonElement>(new Uri("api/seat-refresh", UriKind.Relative));

    public async Task<T> AskAsync<T>(Func<SeatRefreshDbContext, Task<T>> question)
    {
        await using var scope = _service.Running.Services.CreateAsyncScope();
        return await question(scope.ServiceProvider.GetRequiredService<SeatRefreshDbContext>());
    }

    /// <summary>Messages that were committed and have not left; a timer does not count before its time.</summary>
    Task<int> UnsentAsync()
    {
        var now = Clock.GetUtcNow().UtcDateTime;
        return AskAsync(db => db.Set<OutboxMessage>().CountAsync(message => message.EnqueueTime == null || message.EnqueueTime <= now));
    }

    /// <summary>Writes rows past the service, many at once, and asks about them.</summary>
    public async Task<T> WriteAsync<T>(Func<SeatRefreshDbContext, IBulkWriter, Task<T>> work)
    {
        await using var scope = _service.Running.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SeatRefreshDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var result = await work(db, scope.ServiceProvider.GetRequiredService<IBulkWriter>());
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return result;
    }

    /// <summary>Somebody else has the row of this subscription locked until this is disposed.</summary>
    public async Task<IAsyncDisposable> HoldAsync(string subscriptionId)
    {
        var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("""select 1 from "Subscription" where "SubscriptionId" = $1 for update""",
            connection)
        { Parameters = { new() { Value = subscriptionId } } };
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>No count can note who sits where until this is disposed.</summary>
    public async Task<IAsyncDisposable> LockHoldersAsync()
    {
        var connection = new NpgsqlConnection(_database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("""begin; lock table "SeatHolder" in exclusive mode""", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>The counts of a <see cref="Sabotage.HeldUp"/> stand still until this is disposed.</summary>
    public async Task<IAsyncDisposable> HoldUpAsync(int gate)
    {
        var connection = new NpgsqlConnection(_database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"select pg_advisory_lock({gate})", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Runs a statement past the service: what was there before it, or what it must survive.</summary>
    public async Task BreakInAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Ordinary things, so that a test only says what matters to it.</summary>
static class Sample
{
    public static RegisterSubscription Subscription(string id, int seats = 2) => new()
    {
        SubscriptionId = id,
        AccountId = $"account-of-{id}",
        NamespaceId = $"namespace-of-{id}",
        Plan = "premium",
        Seats = seats,
        TermStart = new DateOnly(2026, 1, 1),
        TermEnd = new DateOnly(2026, 12, 31)
    };

    public static RecordMembership Member(string namespaceId, string user, string role = "developer", string state = "active", bool bot = false) =>
        new() { NamespaceId = namespaceId, UserId = user, Role = role, State = state, Bot = bot };
}
