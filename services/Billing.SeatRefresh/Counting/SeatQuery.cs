using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Counting;

/// <summary>
/// <see cref="BillableSeats"/> as SQL: one statement, whose work is bounded by the tree and its members, not by the tables. Recursive down the tree, and
/// up from the groups that are invited into it.
/// </summary>
static class SeatQuery
{
    /// <param name="db">Says which database is spoken to; the two differ in one word.</param>
    /// <param name="use">What to do with the rows of <c>billable</c>: <c>"UserId", "NamespaceId", "Role"</c>, one for each person, by the membership that came first.</param>
    /// <returns>A statement with the parameters subscription, whether guests are free, and no.</returns>
    public static string With(DbContext db, string use) =>
        $$"""
        WITH {{(db.Database.IsSqlServer() ? "" : "RECURSIVE ")}}tree(id, depth) AS (
            SELECT s."NamespaceId", 0 FROM "Subscription" s WHERE s."SubscriptionId" = {0}
            UNION ALL
            SELECT n."NamespaceId", tree.depth + 1 FROM "Namespace" n JOIN tree ON n."ParentId" = tree.id WHERE tree.depth < 20
        ), above(id, depth) AS (
            SELECT i."GroupId", 0 FROM "Invitation" i JOIN tree ON i."NamespaceId" = tree.id WHERE i."Active" <> {2}
            UNION ALL
            SELECT n."ParentId", above.depth + 1 FROM "Namespace" n JOIN above ON n."NamespaceId" = above.id WHERE n."ParentId" IS NOT NULL AND above.depth < 20
        ), places(id) AS (
            SELECT id FROM tree UNION SELECT id FROM above
        ), seats AS (
            SELECT m."UserId", m."NamespaceId", m."Role", ROW_NUMBER() OVER (PARTITION BY m."UserId" ORDER BY m."RecordedAt", m."NamespaceId") AS place
            FROM "Membership" m JOIN places ON m."NamespaceId" = places.id
            WHERE m."State" = 'active' AND m."Bot" = {2} AND ({1} = {2} OR m."Role" <> 'guest' OR m."Raised" <> {2})
                AND NOT EXISTS (SELECT 1 FROM "Person" p WHERE p."UserId" = m."UserId" AND (p."Blocked" <> {2} OR p."Bot" <> {2}))
                AND NOT EXISTS (SELECT 1 FROM "Membership" b JOIN "Subscription" s ON s."NamespaceId" = b."NamespaceId"
                    WHERE s."SubscriptionId" = {0} AND b."UserId" = m."UserId" AND b."State" = 'banned')
        ), billable AS (
            SELECT "UserId", "NamespaceId", "Role" FROM seats WHERE place = 1
        )
        {{use}}
        """;
}
