using Billing.SeatRefresh.Members;
using Billing.SeatRefresh.Namespaces;
using Billing.SeatRefresh.Refreshing;
using Billing.SeatRefresh.Seats;
using Billing.SeatRefresh.Subscriptions;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Counting;

/// <summary>
/// <see cref="BillableSeats"/> as SQL, for one subscription or for all of a claim: one statement, whose work is bounded by the trees and their members,
/// not by the tables. Recursive down the tree, and up from the groups that are invited into it.
/// </summary>
static class SeatQuery
{
    /// <summary>
    /// For the rest of the transaction. How deep a tree is, no planner knows: it guesses far too many rows, and then compiles the statement or calls for
    /// helpers, at ten times the cost of just running it.
    /// </summary>
    public static Task RunPlainlyAsync(DbContext db, CancellationToken cancellationToken) =>
        db.Database.IsNpgsql()
            ? db.Database.ExecuteSqlRawAsync("SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0", cancellationToken)
            : Task.CompletedTask;

    /// <param name="db">Says which database is spoken to; the two differ in one word.</param>
    /// <param name="scope">Which subscriptions.</param>
    /// <param name="use">
    /// What to do with the rows of <c>billable</c>: <c>"SubscriptionId", "UserId", "NamespaceId", "Role"</c>, one for each person, by the membership
    /// that was recorded first; and of <c>chosen</c>, the subscriptions, <c>tree</c> and <c>above</c>.
    /// </param>
    /// <param name="evenTakenBack">Follows invitations that are no more, too: to find out what they once gave.</param>
    /// <remarks>People and bans are looked up one by one, by key: as joins, a planner may read a whole table of millions for a page of a hundred.</remarks>
    /// <returns>A statement whose first parameter is false, which the two write differently, and whose second is the instant of the count.</returns>
    public static string With(DbContext db, SeatScope scope, string use, bool evenTakenBack = false) =>
        $$"""
        WITH {{(db.Database.IsNpgsql() ? "RECURSIVE " : "")}}chosen AS (
            SELECT s."SubscriptionId", s."NamespaceId", s."GuestsAreFree" FROM "Subscription" s WHERE {{scope.Where}}
        ), tree(sub, id, depth) AS (
            SELECT s."SubscriptionId", s."NamespaceId", 0 FROM "Subscription" s WHERE {{scope.Where}}
            UNION ALL
            SELECT tree.sub, n."NamespaceId", tree.depth + 1 FROM tree {{Each(db, "Namespace", "n", "n.\"ParentId\" = tree.id")}} WHERE tree.depth < 20
        ), above(sub, id, depth, free) AS (
            SELECT tree.sub, i."GroupId", 0, CASE WHEN i."Role" IN ({{FreeRoles}}) THEN 1 ELSE 0 END
            FROM tree {{Each(db, "Invitation", "i", "i.\"NamespaceId\" = tree.id")}}
            WHERE {{(evenTakenBack ? "1 = 1" : "i.\"Active\" <> {0}")}}
            UNION ALL
            SELECT above.sub, n."ParentId", above.depth + 1, above.free FROM above {{Each(db, "Namespace", "n", "n.\"NamespaceId\" = above.id")}}
            WHERE n."ParentId" IS NOT NULL AND above.depth < 20
        ), places AS (
            SELECT sub, id, 0 AS free FROM tree UNION SELECT sub, id, free FROM above
        ), seats AS (
            SELECT c."SubscriptionId", m."UserId", m."NamespaceId", m."Role",
                ROW_NUMBER() OVER (PARTITION BY c."SubscriptionId", m."UserId" ORDER BY m."RecordedAt", m."NamespaceId") AS place
            FROM places JOIN chosen c ON c."SubscriptionId" = places.sub {{Each(db, "Membership", "m", "m.\"NamespaceId\" = places.id")}}
            WHERE m."State" = 'active' AND m."Bot" = {0}
                AND (c."GuestsAreFree" = {0} OR (places.free = 0 AND (m."Role" NOT IN ({{FreeRoles}}) OR m."Raised" <> {0})))
                AND COALESCE((SELECT CASE WHEN p."Blocked" <> {0} OR p."Bot" <> {0} THEN 1 ELSE 0 END FROM "Person" p WHERE p."UserId" = m."UserId"), 0) = 0
                AND COALESCE((SELECT 1 FROM "Membership" b WHERE b."NamespaceId" = c."NamespaceId" AND b."UserId" = m."UserId" AND b."State" = 'banned'), 0) = 0
        ), billable AS (
            SELECT "SubscriptionId", "UserId", "NamespaceId", "Role" FROM seats WHERE place = 1
        )
        {{use}}
        """;

    static readonly string FreeRoles = string.Join(", ", Membership.Roles.Where(Membership.IsFree).Select(role => $"'{role}'"));

    /// <summary>
    /// The rows that fit, looked up for each row before by key: the fence of PostgreSQL keeps the planner from reading the whole table instead.
    /// </summary>
    static string Each(DbContext db, string table, string name, string on) =>
        db.Database.IsNpgsql() ? $"CROSS JOIN LATERAL (SELECT * FROM \"{table}\" {name} WHERE {on} OFFSET 0) {name}" : $"JOIN \"{table}\" {name} ON {on}";

    /// <summary>How many take up a seat in each subscription.</summary>
    public static async Task<Dictionary<string, int>> InUseAsync(SeatRefreshDbContext db, SeatScope scope, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        (await db.Database.SqlQueryRaw<Sitting>(With(db, scope, """
            SELECT c."SubscriptionId", CAST(COUNT(b."UserId") AS int) AS "Count" FROM chosen c LEFT JOIN billable b ON b."SubscriptionId" = c."SubscriptionId"
            GROUP BY c."SubscriptionId"
            """), [false, now, .. scope.Keys]).ToListAsync(cancellationToken)).ToDictionary(one => one.SubscriptionId, one => one.Count);

    /// <summary>
    /// How many take up a seat, who of them is not in the snapshot, and who of the snapshot takes up none any more: all by one statement, so they fit
    /// together whatever is told meanwhile. It writes nothing.
    /// </summary>
    public static async Task<Dictionary<string, Seen>> LookAsync(SeatRefreshDbContext db, SeatScope scope, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var rows = await db.Database.SqlQueryRaw<Change>(With(db, scope, $$"""
            , seen AS (
                SELECT y."SubscriptionId", y."UserId", MAX(y."NamespaceId") AS "NamespaceId", MAX(y."Role") AS "Role", MAX(y."Known") AS "Known" FROM (
                    SELECT b."SubscriptionId", b."UserId", b."NamespaceId", b."Role", 0 AS "Known" FROM billable b
                    UNION ALL
                    SELECT h."SubscriptionId", h."UserId", NULL, NULL, 1 FROM chosen c {{Holders(db)}} WHERE h."GoneAt" IS NULL) y
                GROUP BY y."SubscriptionId", y."UserId"
            )
            SELECT c."SubscriptionId", CAST(COUNT(s."Role") AS int) AS "InUse", NULL AS "UserId", NULL AS "NamespaceId", NULL AS "Role"
            FROM chosen c LEFT JOIN seen s ON s."SubscriptionId" = c."SubscriptionId" GROUP BY c."SubscriptionId"
            UNION ALL
            SELECT s."SubscriptionId", 0, s."UserId", s."NamespaceId", s."Role" FROM seen s WHERE s."Role" IS NULL OR s."Known" = 0
            """), [false, now, .. scope.Keys]).ToListAsync(cancellationToken);
        var seen = rows.Where(row => row.UserId is null).ToDictionary(row => row.SubscriptionId, row => new Seen(row.InUse, [], []));
        foreach (var row in rows)
            if (row is { UserId: { } user, Role: { } role, NamespaceId: { } place })
                seen[row.SubscriptionId].Come.Add(
                    new SeatHolder { SubscriptionId = row.SubscriptionId, UserId = user, SeenAt = now, NamespaceId = place, Role = role });
            else if (row is { UserId: { } gone })
                seen[row.SubscriptionId].Gone.Add(gone);
        return seen;
    }

    /// <summary>The rows of the snapshot of those whom a look did not see any more.</summary>
    public static async Task<List<SeatHolder>> GoneAsync(SeatRefreshDbContext db, SeatScope scope, IReadOnlyDictionary<string, Seen> seen, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var gone = seen.Where(one => one.Value.Gone.Count > 0).ToDictionary(one => one.Key, one => one.Value.Gone.ToHashSet(StringComparer.Ordinal));
        var sitting = await db.Holders.FromSqlRaw(With(db, scope, $"""
            SELECT h."SubscriptionId", h."UserId", h."SeenAt", h."NamespaceId", h."Role", h."GoneAt" FROM chosen c {Holders(db)} WHERE h."GoneAt" IS NULL
            """), [false, now, .. scope.Keys]).AsNoTracking().ToListAsync(cancellationToken);
        return sitting.FindAll(one => gone.TryGetValue(one.SubscriptionId, out var users) && users.Contains(one.UserId));
    }

    /// <summary>
    /// By key, for each subscription: while the table fills for the first time no planner knows how many rows one has, and would read it all.
    /// </summary>
    static string Holders(DbContext db) => Each(db, "SeatHolder", "h", "h.\"SubscriptionId\" = c.\"SubscriptionId\"");

    sealed record Sitting(string SubscriptionId, int Count);

    /// <summary>A subscription with its count; or somebody who came, with a role; or who is gone, without.</summary>
    sealed record Change(string SubscriptionId, int InUse, string? UserId, string? NamespaceId, string? Role);
}

/// <summary>Which subscriptions a statement is about. Its own parameters come third and after.</summary>
sealed record SeatScope(string Where, params object[] Keys)
{
    public static SeatScope One(string subscriptionId) => new("""s."SubscriptionId" = {2}""", subscriptionId);

    /// <summary>Those that a job has.</summary>
    public static SeatScope Claimed(Guid claim) => new("""s."Claim" = {2}""", claim);

    /// <summary>The billable ones of a page, by id, that nobody has counted since.</summary>
    public static SeatScope Page(string first, string last, DateTimeOffset since) =>
        new("""
            s."SubscriptionId" >= {2} AND s."SubscriptionId" <= {3} AND s."NextRefreshAt" IS NOT NULL
                AND (s."LastSeatRefreshAt" IS NULL OR s."LastSeatRefreshAt" < {4})
            """, first, last, since);
}

/// <summary>What a look at a subscription's members saw.</summary>
/// <param name="InUse">How many take up a seat.</param>
/// <param name="Come">Those of them who are not in the snapshot, to be added to it.</param>
/// <param name="Gone">The users of the snapshot who take up no seat any more.</param>
sealed record Seen(int InUse, List<SeatHolder> Come, List<string> Gone);
