using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Subscriptions;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Explaining;

/// <summary>Who made the high-water mark of a subscription, when, and by which membership; and how it came to that.</summary>
/// <param name="Subscription">As it is now.</param>
/// <param name="Mark">The count that made the mark; null before the first count, or when the count found the same number as before.</param>
/// <param name="MadeBy">Those whom that count saw for the first time.</param>
/// <param name="OthersAtMark">How many others sat there at that count.</param>
/// <param name="Others">The first of them, by name.</param>
/// <param name="History">The newest changes first.</param>
public sealed record SeatExplanation(
    SubscriptionFacts Subscription, SeatHistory? Mark, IReadOnlyList<SeatTaker> MadeBy, int OthersAtMark, IReadOnlyList<SeatTaker> Others,
        IReadOnlyList<SeatHistory> History);

public sealed record SubscriptionFacts(
    string SubscriptionId, string AccountId, string NamespaceId, string Plan, bool Trial, DateOnly TermStart, DateOnly TermEnd, int Seats,
    int SeatsInUse, int MaxSeatsUsed, int SeatsOwed, int SeatsRemaining, DateTimeOffset? MarkSetAt, DateTimeOffset? LastSeatRefreshAt, DateTimeOffset? EndedAt);

/// <param name="UserId">Who.</param>
/// <param name="Role">As which the seat was taken.</param>
/// <param name="NamespaceId">The membership that gave it.</param>
/// <param name="SeenAt">The count that saw it first.</param>
/// <param name="GoneAt">The count that saw it no more.</param>
/// <param name="MemberSince">When the membership was recorded, or changed last before that count, if it is still there.</param>
public sealed record SeatTaker(string UserId, string Role, string NamespaceId, DateTimeOffset SeenAt, DateTimeOffset? GoneAt, DateTimeOffset? MemberSince);

/// <summary>Reads it from the snapshots of the counts: nothing is computed anew.</summary>
sealed class SeatExplainer(SeatRefreshDbContext db)
{
    const int MostMadeBy = 200;
    const int MostOthers = 50;
    const int MostHistory = 50;

    public async Task<SeatExplanation?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (await db.Subscriptions.AsNoTracking().SingleOrDefaultAsync(x => x.SubscriptionId == id, cancellationToken) is not { } found)
            return null;
        var history = await db.History.AsNoTracking().Where(x => x.SubscriptionId == id).OrderByDescending(x => x.Version).Take(MostHistory)
            .ToListAsync(cancellationToken);
        if (found.MaxSetAt is not { } at)
            return new(FactsOf(found), null, [], 0, [], history);

        var mark = await db.History.AsNoTracking().Where(x => x.SubscriptionId == id && x.ChangedAt == at).OrderByDescending(x => x.Version)
            .FirstOrDefaultAsync(cancellationToken);
        var sat = db.Holders.AsNoTracking().Where(x => x.SubscriptionId == id && x.SeenAt <= at && (x.GoneAt == null || x.GoneAt > at));
        var madeBy = await TakersAsync(sat.Where(x => x.SeenAt == at), MostMadeBy, cancellationToken);
        var others = sat.Where(x => x.SeenAt < at);
        return new(FactsOf(found), mark, madeBy, await others.CountAsync(cancellationToken), await TakersAsync(others, MostOthers, cancellationToken), history);
    }

    Task<List<SeatTaker>> TakersAsync(IQueryable<SeatHolder> holders, int most, CancellationToken cancellationToken) =>
        holders.OrderBy(x => x.UserId).Take(most)
            .GroupJoin(db.Memberships, x => new { x.NamespaceId, x.UserId }, x => new { x.NamespaceId, x.UserId }, (holder, memberships) =>
                new { holder, memberships })
            .SelectMany(x => x.memberships.DefaultIfEmpty(), (x, membership) => new { x.holder, membership })
            .OrderBy(x => x.holder.UserId)
            .Select(x => new SeatTaker(x.holder.UserId, x.holder.Role, x.holder.NamespaceId, x.holder.SeenAt, x.holder.GoneAt,
                x.membership == null ? null : x.membership.ChangedAt <= x.holder.SeenAt ? x.membership.ChangedAt : x.membership.RecordedAt))
            .ToListAsync(cancellationToken);

    static SubscriptionFacts FactsOf(Subscription x) => new(
        x.SubscriptionId, x.AccountId, x.NamespaceId, x.Plan, x.Trial, x.TermStart, x.TermEnd, x.Seats,
        x.SeatsInUse, x.MaxSeatsUsed, x.SeatsOwed, (x.Count with { Seats = x.Seats }).Remaining, x.MaxSetAt, x.LastSeatRefreshAt, x.EndedAt);
}
