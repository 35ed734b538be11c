using Billing.Hosting.Texts;
using Billing.Persistence;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Subscriptions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>
/// At the start: when the configured age or what plans mean differs from what the due times were computed by, computes them anew, in one statement.
/// Due times are kept rather than computed so that taking the next one reads one row of an index, however many subscriptions there are.
/// </summary>
sealed class DueTimes(Transactions<SeatRefreshDbContext> transactions, IOptions<RefreshOptions> options, IOptions<PlanOptions> plans)
    : IDatabasePreparation
{
    public async Task PrepareAsync(CancellationToken cancellationToken) => await transactions.RunAsync(async services =>
    {
        var db = services.GetRequiredService<SeatRefreshDbContext>();
        await services.GetRequiredService<IBulkWriter>().InsertNewAsync(db, [new RefreshSettings()], cancellationToken);
        var settings = await db.Settings.ForUpdate().SingleAsync(cancellationToken);
        var rules = Rules();
        if (settings.DueBy == rules)
            return 0;
        var (free, seconds) = (FreePlans(), options.Value.MaxAge.TotalSeconds);
        var freeGuests = plans.Value.Known.Where(plan => plan.Value.GuestsAreFree).Select(plan => Subscription.PlanCode(plan.Key)).ToList();
        await db.Subscriptions.ExecuteUpdateAsync(set => set.SetProperty(x => x.GuestsAreFree, x => freeGuests.Contains(x.Plan)), cancellationToken);
        var changed = await db.Subscriptions.Where(x => x.RetryAt == null).ExecuteUpdateAsync(set => set.SetProperty(x => x.NextRefreshAt, x =>
            x.EndedAt != null ? null
            // one more count, so that seats which are owed no longer are taken off
            : x.Trial || x.Seats <= 0 || free.Contains(x.Plan) ? (x.SeatsOwed > 0 ? Subscription.Never : null)
            : x.LastSeatRefreshAt == null ? Subscription.Never : x.LastSeatRefreshAt.Value.AddSeconds(seconds)), cancellationToken);
        settings.DueBy = rules;
        return changed;
    }, cancellationToken);

    List<string> FreePlans() =>
        [.. plans.Value.Known.Where(plan => !plan.Value.Billable).Select(plan => Subscription.PlanCode(plan.Key)).Order(StringComparer.Ordinal)];

    string Rules()
    {
        var known = plans.Value.Known.OrderBy(plan => plan.Key, StringComparer.Ordinal)
            .Select(plan => $"{plan.Key}:{plan.Value.Billable}:{plan.Value.GuestsAreFree}");
        return $"{options.Value.MaxAge:c} {string.Join(' ', known)}".ShortenedTo(1000);
    }
}
