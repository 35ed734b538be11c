using Billing.Outbox;
using Billing.Testing;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

public sealed class When_a_message_is_due_later
{
    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Should_leave_when_its_time_has_come_and_not_before()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var host = await StartAsync(house, deliveries);

        var set = Now;
        await SetAsync(host, messages => messages.PublishAsync(set.AddSeconds(2), new Booked("later", 1)));
        await SetAsync(host, messages => messages.PublishAsync(set.AddHours(1), new Booked("much later", 1)));

        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == 1, "the due message");
        Assert.InRange((Now - set).TotalSeconds, 2, 7);
        Assert.Equal("later", deliveries.All.Single().Message.Name);
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Set<OutboxMessage>().CountAsync()), count => count == 1, "only the other one waiting");
    }

    [Fact]
    public async Task Should_not_leave_when_it_was_cancelled_or_never_committed()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var host = await StartAsync(house, deliveries);

        var token = await SetAsync(host, messages => messages.PublishAsync(Now.AddSeconds(1), new Booked("cancelled", 1)));
        Assert.True(await SetAsync(host, messages => messages.CancelAsync(token)));
        Assert.False(await SetAsync(host, messages => messages.CancelAsync(token)));
        await SetAsync(host, async messages => await messages.CancelAsync(await messages.PublishAsync(Now.AddSeconds(1), new Booked("cancelled at once", 1))));
        await SetAsync(host, messages => messages.PublishAsync(Now.AddSeconds(1), new Booked("not saved", 1)), saves: false);
        await SetAsync(host, messages => messages.PublishAsync(Now.AddSeconds(2), new Booked("kept", 1)));

        await house.OutboxEmptiesAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count > 0, "the message that was kept");
        Assert.Equal(["kept"], deliveries.All.Select(x => x.Message.Name));
    }

    [Fact]
    public async Task Should_leave_within_five_seconds_when_it_fell_due_while_everything_was_down()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var host = await StartAsync(house, deliveries);
        for (var i = 0; i < 50; i++)
            await SetAsync(host, messages => messages.PublishAsync(Now.AddHours(1), new Booked("down", i)));
        await house.StopAsync(host);

        // an hour passes while nobody is there
        await house.AskAsync(db => db.Set<OutboxMessage>().ExecuteUpdateAsync(x => x.SetProperty(m => m.EnqueueTime, Now.UtcDateTime.AddMinutes(-1))));
        var hosts = await Task.WhenAll(StartAsync(house, deliveries), StartAsync(house, deliveries));
        var started = Now;

        await house.OutboxEmptiesAsync();
        Assert.InRange((Now - started).TotalSeconds, 0, 5);
        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count >= 50, "fifty messages");
        Assert.Equal(50, deliveries.Count);
        Assert.Equal(2, hosts.Length);
    }

    [Fact]
    public async Task Should_follow_the_clock_that_the_service_was_given()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var clock = new ManualTimeProvider(new DateTimeOffset(2026, 10, 31, 23, 0, 0, TimeSpan.Zero));
        var host = await StartAsync(house, deliveries, services => services.AddSingleton<TimeProvider>(clock));
        await SetAsync(host, messages => messages.PublishAsync(clock.GetUtcNow().AddDays(3), new Booked("in three days", 1)));

        clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, await house.AskAsync(db => db.Set<OutboxMessage>().CountAsync()));
        await Eventually.HoldsAsync(() =>
        {
            clock.Advance(TimeSpan.FromHours(13));
            return Task.FromResult(deliveries.Count);
        }, count => count == 1, "the message of three days ago");
    }

    [Fact]
    public async Task Should_remind_a_saga_in_its_own_transaction()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var host = await StartAsync(house, deliveries);
        var bus = host.Services.GetRequiredService<IBus>();
        var tally = NewId.NextGuid();

        await bus.Publish(new Counted(tally));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Tallies.CountAsync()), count => count == 1, "the saga");
        await bus.Publish(new Remind(tally));

        await Eventually.HoldsAsync(() => StateAsync(house, tally), state => state == "Reminded", "a reminded saga");
        await Eventually.HoldsAsync(() => Task.FromResult(deliveries.Count), count => count == 1, "its event");
        await house.OutboxEmptiesAsync();
    }

    [Fact]
    public async Task Should_not_remind_a_saga_that_took_it_back()
    {
        await using var house = await House.OpenAsync();
        var deliveries = new Deliveries();
        var host = await StartAsync(house, deliveries);
        var bus = host.Services.GetRequiredService<IBus>();
        var tally = NewId.NextGuid();

        await bus.Publish(new Counted(tally));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Tallies.CountAsync()), count => count == 1, "the saga");
        await bus.Publish(new Remind(tally));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Tallies.CountAsync(x => x.ReminderId != null)), count => count == 1, "the reminder set");
        await bus.Publish(new StopReminding(tally));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Tallies.CountAsync(x => x.ReminderId == null)), count =>
            count == 1, "the reminder taken back");

        Assert.Equal(0, await house.AskAsync(db => db.Set<OutboxMessage>().CountAsync(x => x.EnqueueTime != null)));
        Assert.Equal("Counting", await StateAsync(house, tally));
    }

    static Task<string?> StateAsync(House house, Guid tally) =>
        house.AskAsync(db => db.Tallies.Where(x => x.CorrelationId == tally).Select(x => (string?)x.CurrentState).SingleOrDefaultAsync());

    static Task<IHost> StartAsync(House house, Deliveries deliveries, Action<IServiceCollection>? more = null) =>
        house.StartAsync(x =>
        {
            x.AddDueMessages<LedgerContext>();
            x.AddConsumer<DeliveriesConsumer>();
            x.AddSagaStateMachine<TallyMachine, Tally>().EntityFrameworkRepository(r =>
            {
                r.ExistingDbContext<LedgerContext>();
                house.Store.Configure(r);
            });
        }, services =>
        {
            services.AddSingleton(deliveries);
            more?.Invoke(services);
        });

    static async Task<T> SetAsync<T>(IHost host, Func<IDueMessages, Task<T>> set, bool saves = true)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var result = await set(scope.ServiceProvider.GetRequiredService<IDueMessages>());
        if (saves)
            await scope.ServiceProvider.GetRequiredService<LedgerContext>().SaveChangesAsync();
        return result;
    }
}
