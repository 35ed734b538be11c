using Billing.SeatRefresh.Subscriptions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Counting;

/// <summary>Counts one subscription whose row the caller has locked, and notes what changed. The caller's transaction saves it.</summary>
sealed class SeatCounter(SeatRefreshDbContext db, IOptions<PlanOptions> plans, TimeProvider clock)
{
    /// <returns>The change, or null when there is none.</returns>
    public async Task<SeatHistory?> CountAsync(Subscription subscription, string by, CancellationToken cancellationToken)
    {
        var plan = plans.Value.Of(subscription.Plan);
        var now = clock.GetUtcNow();
        var inUse = await SeatsAsync(subscription.SubscriptionId, plan.GuestsAreFree, now, cancellationToken);

        var before = subscription.Count;
        var (after, mark) = SeatDecision.Decide(subscription.Terms, plan, new(subscription.MaxSeatsUsed, subscription.MaxSetAt), subscription.ResetDue, inUse, now);
        (subscription.CountedSeats, subscription.SeatsInUse, subscription.MaxSeatsUsed, subscription.SeatsOwed) = (after.Seats, after.InUse, after.MaxUsed, after.Owed);
        (subscription.MaxSetAt, subscription.ResetDue, subscription.LastSeatRefreshAt) = (mark.SetAt, false, now);
        if (before == after)
            return null;

        subscription.Version++;
        var change = new SeatHistory
        {
            SubscriptionId = subscription.SubscriptionId,
            Version = subscription.Version,
            ChangedAt = now,
            ChangedBy = by,
            PreviousSeats = before.Seats,
            PreviousInUse = before.InUse,
            PreviousMaxUsed = before.MaxUsed,
            PreviousOwed = before.Owed,
            Seats = after.Seats,
            InUse = after.InUse,
            MaxUsed = after.MaxUsed,
            Owed = after.Owed
        };
        db.Add(change);
        return change;
    }

    /// <summary>Counts, and brings the snapshot of who sits where up to date where someone came or left; most counts only look.</summary>
    async Task<int> SeatsAsync(string subscriptionId, bool guestsAreFree, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var seen = await LookAsync(db, subscriptionId, guestsAreFree, cancellationToken);
        if (seen.Gone > 0)
            await db.Database.ExecuteSqlRawAsync(SeatQuery.With(db, """
                UPDATE "SeatHolder" SET "GoneAt" = {3} WHERE "SubscriptionId" = {0} AND "GoneAt" IS NULL
                    AND NOT EXISTS (SELECT 1 FROM billable b WHERE b."UserId" = "SeatHolder"."UserId")
                """), [subscriptionId, guestsAreFree, false, now], cancellationToken);
        if (seen.Come > 0)
            await db.Database.ExecuteSqlRawAsync(SeatQuery.With(db, """
                INSERT INTO "SeatHolder" ("SubscriptionId", "UserId", "SeenAt", "NamespaceId", "Role")
                SELECT {0}, b."UserId", {3}, b."NamespaceId", b."Role" FROM billable b
                WHERE NOT EXISTS (SELECT 1 FROM "SeatHolder" h WHERE h."SubscriptionId" = {0} AND h."UserId" = b."UserId" AND h."GoneAt" IS NULL)
                """), [subscriptionId, guestsAreFree, false, now], cancellationToken);
        return seen.InUse;
    }

    /// <summary>How many sit there, and how many of them the snapshot does not know, or knows and they are gone. It writes nothing.</summary>
    public static async Task<Seen> LookAsync(SeatRefreshDbContext db, string subscriptionId, bool guestsAreFree, CancellationToken cancellationToken) =>
        (await db.Database.SqlQueryRaw<Seen>(SeatQuery.With(db, """
            SELECT CAST(COUNT(b."UserId") AS int) AS "InUse", CAST(COUNT(b."UserId") - COUNT(held."UserId") AS int) AS "Come",
                CAST(COUNT(held."Holder") - COUNT(held."UserId") AS int) AS "Gone"
            FROM (SELECT h."UserId" AS "Holder", b."UserId" FROM "SeatHolder" h LEFT JOIN billable b ON b."UserId" = h."UserId"
                  WHERE h."SubscriptionId" = {0} AND h."GoneAt" IS NULL) held
            FULL JOIN billable b ON b."UserId" = held."UserId"
            """), subscriptionId, guestsAreFree, false).ToListAsync(cancellationToken))[0];
}

/// <summary>What a look at a subscription's members saw.</summary>
sealed record Seen(int InUse, int Come, int Gone);
