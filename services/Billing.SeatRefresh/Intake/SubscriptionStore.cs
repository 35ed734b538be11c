using Billing.Contracts.Seats.V1;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Personal;
using Billing.Persistence;
using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Subscriptions;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Intake;

/// <summary>Keeps what was bought. What is owed follows in the same transaction, with history and event, so that nothing is owed by old terms.</summary>
sealed class SubscriptionStore(SeatRefreshDbContext db, IBulkWriter bulk, TermsStep terms, IOptions<PlanOptions> plans, IOptions<RefreshOptions> options,
    TimeProvider clock)
{
    /// <summary>Recorded as who asked.</summary>
    const string By = "registration";

    const string Subject = "subscription";

    /// <returns>How many were new or have changed; and those whose namespace has another subscription, with what was expected.</returns>
    public async Task<(int Taken, List<(RegisterSubscription Told, string Expected)> Refused)> WriteAsync(
        IReadOnlyList<RegisterSubscription> told, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        if (told.Count == 0)
            return (0, []);
        var erased = await db.ErasedAmongAsync(told.Select(one => one.AccountId), cancellationToken);
        var latest = Latest(told).ConvertAll(one => erased.Contains(one.AccountId) ? one with { AlertEmail = null } : one);
        var added = (await bulk.InsertNewAsync(db, latest.ConvertAll(Begin), cancellationToken)).Select(one => one.SubscriptionId)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var one in added)
            CommandOutcome.Changed(Subject, one, "registered");
        latest.RemoveAll(one => added.Contains(one.SubscriptionId));
        if (latest.Count == 0)
            return (added.Count, []);

        var (ids, namespaces) = (latest.ConvertAll(one => one.SubscriptionId), latest.ConvertAll(one => one.NamespaceId));
        var known = await db.Subscriptions.AsNoTracking().Where(x => ids.Contains(x.SubscriptionId)).OrderBy(x => x.SubscriptionId).ForUpdate()
            .ToDictionaryAsync(x => x.SubscriptionId, cancellationToken);
        var holders = await db.Subscriptions.Where(x => x.EndedAt == null && namespaces.Contains(x.NamespaceId))
            .Select(x => new { x.NamespaceId, x.SubscriptionId }).ToDictionaryAsync(x => x.NamespaceId, x => x.SubscriptionId, cancellationToken);
        var (changed, refused) = (new List<(Subscription Before, Subscription After)>(), new List<(RegisterSubscription, string)>());
        foreach (var one in latest)
        {
            if (known.TryGetValue(one.SubscriptionId, out var old) && one.ChangedAt < old.ChangedAt)
                continue;       // old news
            if (holders.TryGetValue(one.NamespaceId, out var holder) && holder != one.SubscriptionId)
                refused.Add((one, $"a namespace without a subscription; {holder} has this one"));
            else if (old is not null && Updated(old, one) is { } now)
            {
                changed.Add((old, now));
                holders[one.NamespaceId] = one.SubscriptionId;
            }
        }

        await SaveAsync(changed, By, bus, cancellationToken);
        return (added.Count + changed.Count, refused);
    }

    /// <summary>It is over: nothing is owed, nobody sits there any more, and it is not counted again.</summary>
    /// <returns>False when it is not known.</returns>
    public async Task<bool> EndAsync(EndSubscription told, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        if (await db.Subscriptions.AsNoTracking().Where(x => x.SubscriptionId == told.SubscriptionId).ForUpdate().SingleOrDefaultAsync(cancellationToken)
            is not { } known)
            return false;
        if (told.ChangedAt < known.ChangedAt)
            return true;
        if (known.EndedAt is not null)
        {
            // ended twice is ended once, by the later date: a registration between the two may still come, and does not begin it again
            if (told.ChangedAt?.ToUniversalTime() is { } at)
                await db.Subscriptions.Where(x => x.SubscriptionId == known.SubscriptionId)
                    .ExecuteUpdateAsync(set => set.SetProperty(x => x.ChangedAt, at), cancellationToken);
            return true;
        }

        var now = clock.GetUtcNow();
        await db.Holders.Where(x => x.SubscriptionId == known.SubscriptionId && x.GoneAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(x => x.GoneAt, now), cancellationToken);
        var ended = known.Copy();
        (ended.EndedAt, ended.ChangedAt) = (now, told.ChangedAt?.ToUniversalTime() ?? known.ChangedAt);
        await SaveAsync([(known, ended)], told.RequestedBy ?? "unknown", bus, cancellationToken);
        return true;
    }

    /// <summary>Of two statements about one subscription in the same message the later one counts, unless it says that it is older.</summary>
    static List<RegisterSubscription> Latest(IReadOnlyList<RegisterSubscription> told)
    {
        var latest = new SortedDictionary<string, RegisterSubscription>(StringComparer.Ordinal);
        foreach (var one in told)
            if (!latest.TryGetValue(one.SubscriptionId, out var other))
                latest[one.SubscriptionId] = one;
            else if (!(one.ChangedAt < other.ChangedAt))
                latest[one.SubscriptionId] = After(other, one);
        return [.. latest.Values];
    }

    /// <summary>What the later one leaves out is as the earlier one told it.</summary>
    static RegisterSubscription After(RegisterSubscription earlier, RegisterSubscription later)
    {
        if (!later.Tells(nameof(later.Trial)) && earlier.Tells(nameof(earlier.Trial)))
            later = later with { Trial = earlier.Trial };
        if (!later.Tells(nameof(later.AlertEmail)) && earlier.Tells(nameof(earlier.AlertEmail)))
            later = later with { AlertEmail = earlier.AlertEmail };
        return later;
    }

    async Task SaveAsync(List<(Subscription Before, Subscription After)> changed, string by, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        if (changed.Count == 0)
            return;
        foreach (var (_, after) in changed)
            CommandOutcome.Changed(Subject, after.SubscriptionId, after.EndedAt is null ? "changed" : "ended");
        var now = clock.GetUtcNow();
        // A claim of their own is how the count knows them, and it takes them out of the hands of a job that has them.
        var claim = Guid.CreateVersion7(now);
        foreach (var (before, after) in changed.Where(one => one.Before.AccountId != one.After.AccountId && one.Before.SeatsOwed > 0))
            await HandOverAsync(before, after, by, now, bus, cancellationToken);
        var told = changed.Where(one => BoughtBy(one.Before) != BoughtBy(one.After)).ToList();
        foreach (var (_, after) in told)
            after.Claim = claim;
        await bulk.UpdateAsync(db, changed.ConvertAll(one => one.After), x => new
        {
            x.AccountId,
            x.NamespaceId,
            x.AlertEmail,
            x.Plan,
            x.Seats,
            x.Trial,
            x.TrialSince,
            x.TermStart,
            x.TermEnd,
            x.EndedAt,
            x.ChangedAt,
            x.ResetDue,
            x.GuestsAreFree,
            x.Claim
        }, cancellationToken);
        await terms.RunAsync(told.ConvertAll(one => one.After), claim, told.ToDictionary(one => one.After.SubscriptionId, one => one.Before.Terms), by, bus,
            cancellationToken);
    }

    /// <summary>Another account pays: the former one owes nothing from now on.</summary>
    async Task HandOverAsync(Subscription before, Subscription after, string by, DateTimeOffset now, IPublishEndpoint bus, CancellationToken cancellationToken)
    {
        var change = SeatCounter.Released(after, before.Terms, by, now);
        await bulk.InsertAsync(db, [change], cancellationToken);
        await SeatPublisher.PublishAsync(change, before.AccountId, bus, cancellationToken);
    }

    Subscription Begin(RegisterSubscription told)
    {
        var subscription = ToSubscription(told);
        subscription.TrialSince = subscription.Trial ? clock.GetUtcNow() : null;
        subscription.GuestsAreFree = plans.Value.Of(subscription.Plan).GuestsAreFree;
        subscription.Due(SeatDecision.IsBillable(subscription.Terms, plans.Value.Of(subscription.Plan)), options.Value.MaxAge);
        return subscription;
    }

    /// <returns>As it is now; null when nothing is new.</returns>
    Subscription? Updated(Subscription known, RegisterSubscription told)
    {
        var after = known.Copy();
        (after.AccountId, after.NamespaceId) = (told.AccountId, told.NamespaceId);
        (after.Plan, after.Seats, after.TermStart, after.TermEnd) = (Subscription.PlanCode(told.Plan), told.Seats, told.TermStart, told.TermEnd);
        // what was left out stays as it is
        after.Trial = told.Tells(nameof(told.Trial)) ? told.Trial ?? false : known.Trial;
        after.AlertEmail = told.Tells(nameof(told.AlertEmail)) ? told.AlertEmail : known.AlertEmail;
        (after.EndedAt, after.ChangedAt) = (null, told.ChangedAt?.ToUniversalTime() ?? known.ChangedAt);
        if (BoughtBy(known) == BoughtBy(after) && known.ChangedAt == after.ChangedAt)
            return null;
        var plan = plans.Value.Of(after.Plan);
        after.TrialSince = !after.Trial ? null : known.Trial ? known.TrialSince : clock.GetUtcNow();
        after.ResetDue |= SeatDecision.BeginsAnew(known.Terms, after.Terms, plan, known.MaxSetAt, known.TrialSince);
        after.GuestsAreFree = plan.GuestsAreFree;
        return after;
    }

    static (Terms, string, string, string?) BoughtBy(Subscription one) => (one.Terms, one.AccountId, one.NamespaceId, one.AlertEmail);

    static Subscription ToSubscription(RegisterSubscription told) => new()
    {
        SubscriptionId = told.SubscriptionId,
        AccountId = told.AccountId,
        NamespaceId = told.NamespaceId,
        Plan = Subscription.PlanCode(told.Plan),
        Seats = told.Seats,
        Trial = told.Trial ?? false,
        TermStart = told.TermStart,
        TermEnd = told.TermEnd,
        AlertEmail = told.AlertEmail,
        ChangedAt = told.ChangedAt?.ToUniversalTime()
    };
}
