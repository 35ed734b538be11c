using Billing.Hosting.Personal;
using Billing.Hosting.Retention;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Collect.Webhooks;

/// <summary>Erases what the gateway's events said; that they came, and what was made of them, stays.</summary>
sealed class OldEvents(
    Transactions<MonthCloseDbContext> transactions, IOptions<RetentionOptions> options, DatabaseReadiness database, TimeProvider clock, ILogger<OldEvents> log)
    : WordsUpkeep<MonthCloseDbContext>(transactions, options, database, clock, log)
{
    protected override string What => "events of the gateway";

    protected override async Task<int> EraseAsync(IServiceProvider services, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (db, now) = (services.GetRequiredService<MonthCloseDbContext>(), Clock.GetUtcNow());
        // what was not handled yet, months later, is still to be read
        var old = await db.GatewayEvents.AsTracking()
            .Where(one => one.ReceivedAt < before && one.WordsErasedAt == null && one.State != GatewayEventState.Received)
            .OrderBy(one => one.ReceivedAt).Take(MostAtOnce).ForUpdateSkipLocked().ToListAsync(cancellationToken);
        var personal = services.GetRequiredService<PersonalData<MonthCloseDbContext>>();
        foreach (var one in old)
        {
            personal.Erase([one]);
            one.WordsErasedAt = now;
        }

        await db.SaveChangesAsync(cancellationToken);
        return old.Count;
    }
}
