using Billing.Notification.Messages;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Queueing;

/// <summary>One line of the ring.</summary>
sealed record Waiting(string WorkspaceId, int Count, DateTimeOffset? Oldest);

/// <summary>
/// Reads the backlog by its index alone, from one workspace to the next: the cost depends on how many workspaces are served, not on how many messages wait. EF
/// cannot express that, so each provider has its own statement.
/// </summary>
static class BacklogQueries
{
    /// <summary>
    /// Whose turn is first; none when nothing waits. What it is ordered by leads the index. Without that the server goes by its statistics: if they are of a
    /// moment when many waited, it reads the table from its beginning until it meets one, through years of messages that were sent.
    /// </summary>
    public static IQueryable<string> FirstInLine(NotificationDbContext db, Channel channel) =>
        db.Messages.Where(message => message.Channel == channel && message.State == MessageState.Queued)
            .OrderBy(message => message.WorkspaceId).Select(message => message.WorkspaceId).Take(1);

    /// <summary>When the first of those is due that wait for their time; the order matters as in <see cref="FirstInLine"/>.</summary>
    public static IQueryable<DateTimeOffset?> FirstDue(NotificationDbContext db, Channel channel) =>
        db.Messages.Where(message => message.Channel == channel && message.DueAt != null)
            .OrderBy(message => message.DueAt).Select(message => message.DueAt).Take(1);

    /// <summary>The next workspaces behind one, in the order of the turns; those up to and with another when it is named.</summary>
    public static Task<List<Waiting>> NextAsync(NotificationDbContext db, Channel channel, string after, string? upTo, int most, int countTo,
        CancellationToken cancellationToken) =>
        db.Database.SqlQueryRaw<Waiting>(IsPostgres(db) ? PostgresRing : SqlServerRing, channel.ToString(), after, upTo ?? "", upTo is not null, most, countTo)
            .ToListAsync(cancellationToken);

    /// <summary>The line of one workspace; none when nothing of it waits.</summary>
    public static async Task<List<Waiting>> OneAsync(NotificationDbContext db, Channel channel, string workspaceId, int countTo,
        CancellationToken cancellationToken)
    {
        var waiting = await db.Messages.Where(message =>
            message.Channel == channel && message.State == MessageState.Queued && message.WorkspaceId == workspaceId)
            .Select(message => message.QueuedAt).Take(countTo).ToListAsync(cancellationToken);
        return waiting.Count == 0 ? [] : [new Waiting(workspaceId, waiting.Count, waiting.Min())];
    }

    /// <summary>The next messages of some workspaces, locked; those that somebody else has are passed over.</summary>
    public static Task<List<OutgoingMessage>> PickAsync(NotificationDbContext db, Channel channel, IReadOnlyDictionary<string, int> counts,
        CancellationToken cancellationToken)
    {
        var (ids, messages) = (counts.Keys.ToArray(), counts.Values.ToArray());
        return (IsPostgres(db)
                ? db.Messages.FromSqlRaw(PostgresPick, channel.ToString(), ids, messages)
                : db.Messages.FromSqlRaw(SqlServerPick, channel.ToString(),
                    System.Text.Json.JsonSerializer.Serialize(counts.Select(x => new { w = x.Key, c = x.Value }))))
            .AsNoTracking().ToListAsync(cancellationToken);
    }

    static bool IsPostgres(NotificationDbContext db) => db is PostgresNotificationDbContext;

    const string PostgresRing = """
        WITH RECURSIVE ring AS (
            (SELECT n."WorkspaceId" AS w FROM "Notification" n
             WHERE n."Channel" = {0} AND n."State" = 'Queued' AND n."WorkspaceId" > {1} ORDER BY n."WorkspaceId" LIMIT 1)
            UNION ALL
            SELECT (SELECT n."WorkspaceId" FROM "Notification" n
                    WHERE n."Channel" = {0} AND n."State" = 'Queued' AND n."WorkspaceId" > ring.w ORDER BY n."WorkspaceId" LIMIT 1)
            FROM ring WHERE ring.w IS NOT NULL AND NOT ({3} AND ring.w >= {2}))
        SELECT r.w AS "WorkspaceId", b.c AS "Count", b.o AS "Oldest"
        FROM (SELECT w FROM ring WHERE w IS NOT NULL AND NOT ({3} AND w > {2}) LIMIT {4}) r
        CROSS JOIN LATERAL (
            SELECT count(*)::int AS c, min(x."QueuedAt") AS o
            FROM (SELECT n."QueuedAt" FROM "Notification" n WHERE n."Channel" = {0} AND n."State" = 'Queued' AND n."WorkspaceId" = r.w LIMIT {5}) x) b
        """;

    const string PostgresPick = """
        SELECT m.* FROM unnest({1}::text[], {2}::int[]) AS t(w, c)
        CROSS JOIN LATERAL (
            SELECT n.* FROM "Notification" n WHERE n."Channel" = {0} AND n."State" = 'Queued' AND n."WorkspaceId" = t.w
            ORDER BY n."Priority" DESC, n."QueuedAt" LIMIT t.c FOR UPDATE SKIP LOCKED) m
        """;

    // An aggregate or TOP may not stand in the recursive part; a row number may.
    const string SqlServerRing = """
        WITH ring AS (
            SELECT MIN(n.[WorkspaceId]) AS w FROM [Notification] n WHERE n.[Channel] = {0} AND n.[State] = 'Queued' AND n.[WorkspaceId] > {1}
            UNION ALL
            SELECT x.w FROM (
                SELECT n.[WorkspaceId] AS w, ROW_NUMBER() OVER (ORDER BY n.[WorkspaceId]) AS place
                FROM ring JOIN [Notification] n ON n.[Channel] = {0} AND n.[State] = 'Queued' AND n.[WorkspaceId] > ring.w
                WHERE NOT ({3} = CAST(1 AS bit) AND ring.w >= {2})) x WHERE x.place = 1)
        SELECT r.w AS [WorkspaceId], b.c AS [Count], b.o AS [Oldest]
        FROM (SELECT TOP ({4}) w FROM ring WHERE w IS NOT NULL AND NOT ({3} = CAST(1 AS bit) AND w > {2})) r
        CROSS APPLY (
            SELECT COUNT(*) AS c, MIN(x.[QueuedAt]) AS o
            FROM (SELECT TOP ({5}) n.[QueuedAt] FROM [Notification] n WHERE n.[Channel] = {0} AND n.[State] = 'Queued' AND n.[WorkspaceId] = r.w) x) b
        OPTION (MAXRECURSION 0)
        """;

    const string SqlServerPick = """
        SELECT m.* FROM OPENJSON({1}) WITH (w nvarchar(max) '$.w', c int '$.c') t
        CROSS APPLY (
            SELECT TOP (t.c) n.* FROM [Notification] n WITH (UPDLOCK, ROWLOCK, READPAST)
            WHERE n.[Channel] = {0} AND n.[State] = 'Queued' AND n.[WorkspaceId] = t.w ORDER BY n.[Priority] DESC, n.[QueuedAt]) m
        """;
}
