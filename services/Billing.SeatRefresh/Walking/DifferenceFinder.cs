using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Members;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Subscriptions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Walking;

/// <summary>Counts without writing, and says where that comes to something else than what is stored, and why.</summary>
sealed class DifferenceFinder(SeatRefreshDbContext db, IOptions<PlanOptions> plans, TimeProvider clock)
{
    /// <summary>People looked at for the reason of one difference; enough to see what went on.</summary>
    const int MostPeople = 1000;

    /// <param name="page">Not tracked, not locked, in the order of ids.</param>
    /// <param name="walk">Whose differences they are.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<List<SeatDifference>> FindAsync(IReadOnlyList<Subscription> page, SeatWalk walk, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var scope = SeatScope.Page(page[0].SubscriptionId, page[^1].SubscriptionId, DateTimeOffset.MaxValue);
        await SeatQuery.RunPlainlyAsync(db, cancellationToken);
        var seen = await SeatQuery.InUseAsync(db, scope, now, cancellationToken);
        var differing = new List<(Subscription Stored, SeatCount Counted)>();
        foreach (var stored in page)
        {
            if (!seen.TryGetValue(stored.SubscriptionId, out var inUse))
                continue;       // not billable since it was read
            var plan = plans.Value.Of(stored.Plan);
            var (counted, _) = SeatDecision.Decide(stored.Terms, plan, stored.Mark, stored.ResetDue, inUse, now);
            if (stored.LastSeatRefreshAt is null
                || (counted.InUse, counted.MaxUsed, counted.Owed) != (stored.SeatsInUse, stored.MaxSeatsUsed, stored.SeatsOwed))
                differing.Add((stored, counted));
        }

        if (differing.Count == 0)
            return [];
        // Somebody may have counted between the two looks: what was stored is not what this was held against.
        var ids = differing.ConvertAll(one => one.Stored.SubscriptionId);
        var stamps = await db.Subscriptions.Where(x => ids.Contains(x.SubscriptionId))
            .ToDictionaryAsync(x => x.SubscriptionId, x => x.LastSeatRefreshAt, cancellationToken);
        var found = new List<SeatDifference>();
        foreach (var (stored, counted) in differing.Where(one => stamps[one.Stored.SubscriptionId] == one.Stored.LastSeatRefreshAt))
            found.Add(new SeatDifference
            {
                Way = walk.Way,
                DueAt = walk.DueAt,
                SubscriptionId = stored.SubscriptionId,
                FoundAt = now,
                StoredInUse = stored.SeatsInUse,
                StoredMaxUsed = stored.MaxSeatsUsed,
                StoredOwed = stored.SeatsOwed,
                InUse = counted.InUse,
                MaxUsed = counted.MaxUsed,
                Owed = counted.Owed,
                Reason = await ReasonAsync(stored, counted, now, cancellationToken)
            });
        return found;
    }

    async Task<string> ReasonAsync(Subscription stored, SeatCount counted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var scope = SeatScope.One(stored.SubscriptionId);
        var people = (await db.Database.SqlQueryRaw<PersonRow>(SeatQuery.With(db, scope, """
            SELECT x."UserId", x."Came", x."NamespaceId", m."Role", m."State", m."Raised", m."Bot", m."RecordedAt", p."Bot" AS "BotEverywhere", p."Blocked",
                CASE WHEN r."UserId" IS NULL THEN 0 ELSE 1 END AS "Banned",
                CASE WHEN EXISTS (SELECT 1 FROM tree WHERE tree.id = x."NamespaceId") THEN 1
                    WHEN EXISTS (SELECT 1 FROM above WHERE above.id = x."NamespaceId") THEN 2 ELSE 0 END AS "Reach"
            FROM (
                SELECT b."UserId", 1 AS "Came", b."NamespaceId" FROM billable b
                WHERE NOT EXISTS (SELECT 1 FROM "SeatHolder" h WHERE h."SubscriptionId" = b."SubscriptionId" AND h."UserId" = b."UserId" AND h."GoneAt" IS NULL)
                UNION ALL
                SELECT h."UserId", 0, h."NamespaceId" FROM "SeatHolder" h JOIN chosen c ON c."SubscriptionId" = h."SubscriptionId"
                WHERE h."GoneAt" IS NULL AND NOT EXISTS (SELECT 1 FROM billable b WHERE b."UserId" = h."UserId")) x
            CROSS JOIN chosen c
            LEFT JOIN "Membership" m ON m."NamespaceId" = x."NamespaceId" AND m."UserId" = x."UserId"
            LEFT JOIN "Membership" r ON r."NamespaceId" = c."NamespaceId" AND r."UserId" = x."UserId" AND r."State" = 'banned'
            LEFT JOIN "Person" p ON p."UserId" = x."UserId"
            """), [false, now, .. scope.Keys]).ToListAsync(cancellationToken)).Take(MostPeople).ToList();
        var wereInvited = people.Exists(person => person is { Came: 0, Reach: PersonSeen.Nowhere })
            ? await OnceInvitedAsync(scope, now, cancellationToken) : [];
        var inSnapshot = await db.Holders.CountAsync(x => x.SubscriptionId == stored.SubscriptionId && x.GoneAt == null, cancellationToken);
        return DifferenceReason.Of(stored, counted, SeatDecision.IsBillable(stored.Terms, plans.Value.Of(stored.Plan)), people.ConvertAll(person =>
            person.ToSeen(wereInvited)), inSnapshot);
    }

    /// <summary>The namespaces that invitations which were taken back would reach.</summary>
    async Task<HashSet<string>> OnceInvitedAsync(SeatScope scope, DateTimeOffset now, CancellationToken cancellationToken) =>
        [.. await db.Database.SqlQueryRaw<string>(SeatQuery.With(db, scope, """SELECT DISTINCT above.id AS "Value" FROM above""", evenTakenBack: true),
            [false, now, .. scope.Keys]).ToListAsync(cancellationToken)];

    sealed record PersonRow(
        string UserId, int Came, string NamespaceId, string? Role, string? State, bool? Raised, bool? Bot, DateTimeOffset? RecordedAt, bool? BotEverywhere,
            bool? Blocked, int Banned, int Reach)
    {
        public PersonSeen ToSeen(HashSet<string> wereInvited) => new(
            UserId, Came == 1, NamespaceId, Reach == PersonSeen.Nowhere && wereInvited.Contains(NamespaceId) ? PersonSeen.WasInvited : Reach,
            Role, State, Raised == true, Bot == true || BotEverywhere == true, Blocked == true, Banned == 1, RecordedAt);
    }
}
