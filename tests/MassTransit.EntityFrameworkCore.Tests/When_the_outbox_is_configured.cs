using System.Data;
using Billing.Testing;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>What can be said is done, or the process does not start.</summary>
public sealed class When_the_outbox_is_configured
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_send_as_many_at_a_time_as_the_endpoint_or_the_outbox_says(bool endpoint)
    {
        await using var house = await House.OpenAsync();
        house.EndpointOutbox = endpoint ? o => o.MessageDeliveryLimit = 1 : null;
        var (now, most) = (0, 0);
        house.Bus = (_, bus) => bus.ConfigureSend(send => send.UseSendExecuteAsync(async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            Interlocked.Decrement(ref now);
        }));
        var host = await house.StartAsync(x => x.AddConsumer<BookConsumer>(), outbox: o => o.UseBusOutbox(b => b.MessageDeliveryLimit = endpoint ? 50 : 1));
        house.Bus = null;
        var deliveries = new Deliveries();
        await house.StartAsync(x => x.AddConsumer<DeliveriesConsumer>(), services => services.AddSingleton(deliveries));

        await host.Services.GetRequiredService<IBus>().Publish(new Book("june", 20));

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == 20, "every event");
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Should_wait_for_an_acknowledgement_as_long_as_the_endpoint_says()
    {
        await using var house = await House.OpenAsync();
        house.EndpointOutbox = o => o.MessageDeliveryTimeout = TimeSpan.FromMilliseconds(200);
        var logged = new Logged();
        var committed = false;
        house.Bus = (_, bus) => bus.ConfigureSend(send => send.UseSendExecuteAsync(context =>
            committed ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken) : Task.CompletedTask));
        var host = await house.StartAsync(x => x.AddConsumer<BookConsumer>(), services => services.AddSingleton<ILoggerProvider>(logged)
            .AddSingleton<IOutboxFaults>(new At(OutboxFaultPoint.AfterCommit, () => committed = true)),
            o => o.UseBusOutbox(b => b.MessageDeliveryTimeout = TimeSpan.FromHours(1)));

        await host.Services.GetRequiredService<IBus>().Publish(new Book("june", 1));

        await Eventually.HoldsAsync(() => Task.FromResult(logged.Lines(LogLevel.Warning, "not acknowledged").Count), count => count > 0,
            "a message that is given up");
    }

    [Fact]
    public async Task Should_isolate_the_transaction_of_a_message_as_it_says()
    {
        await using var house = await House.OpenAsync();
        var host = await house.StartAsync(x => x.AddConsumer<IsolationConsumer>(), outbox: o => o.IsolationLevel = IsolationLevel.Serializable);

        await host.Services.GetRequiredService<IBus>().Publish(new Book("june"));

        await Eventually.HoldsAsync(house.EntriesAsync, count => count == 1, "the row");
        Assert.Equal(["Serializable"], await house.NamesAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_clean_the_inbox_up_unless_it_was_told_not_to(bool disabled)
    {
        await using var house = await House.OpenAsync();
        var host = await house.StartAsync(_ => { }, outbox: o => Say(disabled ? o.DisableInboxCleanupService : () => { }));
        Assert.Equal(disabled, !host.Services.GetServices<IHostedService>().OfType<InboxCleanupService<LedgerContext>>().Any());
    }

    [Theory]
    [InlineData("limit")]
    [InlineData("timeout")]
    public async Task Should_not_start_when_an_endpoint_says_the_impossible(string option)
    {
        await using var house = await House.OpenAsync();
        house.EndpointOutbox = o => Say(option == "limit" ? () => o.MessageDeliveryLimit = 0 : () => o.MessageDeliveryTimeout = TimeSpan.Zero);

        await ShouldNotStartAsync(() => house.StartAsync(x => x.AddConsumer<BookConsumer>()),
            option == "limit" ? "MessageDeliveryLimit" : "MessageDeliveryTimeout");
    }

    [Fact]
    public async Task Should_not_start_when_an_endpoint_uses_an_outbox_that_was_not_added()
    {
        await using var house = await House.OpenAsync();
        await ShouldNotStartAsync(() => house.StartAsync(x =>
        {
            x.AddConsumer<DeliveriesConsumer>();
            x.AddConfigureEndpointsCallback((context, _, endpoint) => endpoint.UseEntityFrameworkOutbox<OtherLedgerContext>(context));
        }, services => services.AddSingleton(new Deliveries())), "AddEntityFrameworkOutbox<OtherLedgerContext>");
    }

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task Should_not_start_when_it_says_the_impossible(string name, Action<IEntityFrameworkOutboxConfigurator> say)
    {
        await using var house = await House.OpenAsync();
        await ShouldNotStartAsync(() => house.StartAsync(_ => { }, outbox: say), name);
    }

    public static TheoryData<string, Action<IEntityFrameworkOutboxConfigurator>> Impossible => new()
    {
        { "DuplicateDetectionWindow", o => o.DuplicateDetectionWindow = TimeSpan.Zero },
        { "DuplicateDetectionWindow", o => o.DuplicateDetectionWindow = TimeSpan.MaxValue },
        { "QueryDelay", o => o.QueryDelay = TimeSpan.Zero },
        { "QueryDelay", o => o.QueryDelay = TimeSpan.FromDays(60) },
        { "QueryTimeout", o => o.QueryTimeout = TimeSpan.Zero },
        { "QueryTimeout", o => o.QueryTimeout = TimeSpan.FromDays(60) },
        { "QueryMessageLimit", o => o.QueryMessageLimit = 0 },
        { "IsolationLevel", o => o.IsolationLevel = IsolationLevel.Chaos },
        { "IsolationLevel", o => o.IsolationLevel = IsolationLevel.Unspecified },
        { "LockStatementProvider", o => o.LockStatementProvider = null! },
        { "LockStatementProvider", o => o.LockStatementProvider = new OwnStatements() },
        { "MessageDeliveryLimit", o => o.UseBusOutbox(b => b.MessageDeliveryLimit = 0) },
        { "MessageDeliveryTimeout", o => o.UseBusOutbox(b => b.MessageDeliveryTimeout = TimeSpan.FromDays(60)) },
        { "statements of another database", o => _ = TestStore.IsSqlServer ? o.UsePostgres() : o.UseSqlServer() },
    };

    [Fact]
    public async Task Should_not_start_when_it_is_configured_twice()
    {
        await using var house = await House.OpenAsync();
        await ShouldNotStartAsync(() => house.StartAsync(x => x.AddEntityFrameworkOutbox<LedgerContext>(house.Store.Configure)), "LedgerContext twice");
    }

    [Fact]
    public async Task Should_not_start_when_its_tables_are_not_mapped()
    {
        await using var house = await House.OpenAsync();
        await ShouldNotStartAsync(() => house.StartAsync(x => x.AddEntityFrameworkOutbox<BareContext>(house.Store.Configure),
            services => services.AddScoped(_ => Bare(house))), "BareContext does not map");
    }

    [Fact]
    public async Task Should_not_deliver_once_it_was_told_not_to()
    {
        await using var house = await House.OpenAsync();
        var host = await house.StartAsync(_ => { }, outbox: o =>
        {
            o.UseBusOutbox(b => b.DisableDeliveryService());
            o.UseBusOutbox(b => b.MessageDeliveryLimit = 10);
        });
        Assert.False(host.Services.GetRequiredService<OutboxSettings<LedgerContext>>().DeliversBusOutbox);
    }

    [Fact]
    public async Task Should_not_start_when_a_saga_says_the_impossible()
    {
        await using var house = await House.OpenAsync();
        await ShouldNotStartAsync(() => StartSagaAsync(r => r.LockStatementProvider = null!), "LockStatementProvider");
        await ShouldNotStartAsync(() => StartSagaAsync(r => r.ConcurrencyMode = (ConcurrencyMode)7), "ConcurrencyMode");
        await ShouldNotStartAsync(() => StartSagaAsync(r => r.IsolationLevel = IsolationLevel.Chaos), "IsolationLevel");
        await ShouldNotStartAsync(() => StartSagaAsync(r => _ = TestStore.IsSqlServer ? r.UsePostgres() : r.UseSqlServer()), "statements of another database");
        await ShouldNotStartAsync(() => StartSagaAsync(r => r.ConcurrencyMode = ConcurrencyMode.Optimistic), "has no version");

        Task StartSagaAsync(Action<IEntityFrameworkSagaRepositoryConfigurator<Tally>> say) =>
            house.StartAsync(x => x.AddSagaStateMachine<TallyMachine, Tally>().EntityFrameworkRepository(r =>
            {
                r.ExistingDbContext<LedgerContext>();
                say(r);
            }));
    }

    static async Task ShouldNotStartAsync(Func<Task> start, string reason)
    {
        var refusal = await Record.ExceptionAsync(start);
        Assert.NotNull(refusal);
        Assert.Contains(reason, refusal.ToString(), StringComparison.Ordinal);
        Assert.Contains(nameof(ConfigurationException), refusal.ToString(), StringComparison.Ordinal);
    }

    static BareContext Bare(House house)
    {
        var options = new DbContextOptionsBuilder<BareContext>();
        house.Store.Configure(options);
        return new BareContext(options.Options);
    }

    static void Say(Action say) => say();

    sealed class IsolationConsumer(LedgerContext db) : IConsumer<Book>
    {
        public Task Consume(ConsumeContext<Book> context)
        {
            db.Entries.Add(new Entry { Name = $"{db.Database.CurrentTransaction!.GetDbTransaction().IsolationLevel}" });
            return Task.CompletedTask;
        }
    }

    /// <summary>Statements that the outbox would never ask for.</summary>
    sealed class OwnStatements : PostgresLockStatementProvider;

    public sealed class BareContext(DbContextOptions<BareContext> options) : DbContext(options);

    sealed class At(OutboxFaultPoint point, Action act) : IOutboxFaults
    {
        ValueTask IOutboxFaults.At(OutboxFaultPoint reached, InboxKey key)
        {
            if (reached == point)
                act();
            return ValueTask.CompletedTask;
        }
    }
}
