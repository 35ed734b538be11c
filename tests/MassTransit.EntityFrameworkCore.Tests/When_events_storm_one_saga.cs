using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MassTransit.EntityFrameworkCore.Tests;

public sealed class When_events_storm_one_saga
{
    [Fact]
    public async Task Should_apply_a_thousand_under_the_row_lock()
    {
        await using var house = await House.OpenAsync();
        var host = await house.StartAsync(x => x.AddSagaStateMachine<TallyMachine, Tally>().EntityFrameworkRepository(r =>
        {
            r.ConcurrencyMode = ConcurrencyMode.Pessimistic;
            r.ExistingDbContext<LedgerContext>();
            house.Store.Configure(r);
        }));

        await CountAsync(house, host.Services.GetRequiredService<IBus>(), 1000);
    }

    [Fact]
    public async Task Should_apply_all_by_versions_and_retries()
    {
        await using var house = await House.OpenAsync();
        house.Retries = 200;
        await house.AskAsync(async db => await db.Database.EnsureDeletedAsync());
        await using (var created = Versioned(house))
            await created.Database.EnsureCreatedAsync();
        var host = await house.StartAsync(x => x.AddSagaStateMachine<TallyMachine, Tally>(c => c.ConcurrentMessageLimit = 8).EntityFrameworkRepository(r =>
        {
            r.ConcurrencyMode = ConcurrencyMode.Optimistic;
            r.ExistingDbContext<LedgerContext>();
            house.Store.Configure(r);
        }), services => services.AddScoped<LedgerContext>(_ => Versioned(house)));

        await CountAsync(house, host.Services.GetRequiredService<IBus>(), 200);
    }

    static VersionedLedgerContext Versioned(House house)
    {
        var options = new DbContextOptionsBuilder<VersionedLedgerContext>();
        house.Store.Configure(options);
        return new VersionedLedgerContext(options.Options);
    }

    static async Task CountAsync(House house, IBus bus, int events)
    {
        var tally = NewId.NextGuid();
        await Task.WhenAll(Enumerable.Range(0, events).Select(_ => bus.Publish(new Counted(tally))));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Tallies.Select(x => x.Count).SingleOrDefaultAsync()), count => count == events,
            $"{events} events counted");
    }

}
