namespace Billing.Persistence;

/// <summary>
/// Work that only looks: requests that read, reports, what a reconciliation compares. It has a few connections of its own, so that however many look and
/// however long it takes, no charge waits for one; and a bound on the server for each of its statements, so that none goes on for nobody.
/// </summary>
/// <remarks>
/// It reads what was committed, locks no row, and writes nothing: PostgreSQL refuses it on these connections. What acts on what was seen does so in a
/// transaction of its own, on the connections of all others. Where there is a replica to read (<c>Database:ReadReplica</c>), it may be a moment behind.
/// </remarks>
public static class Looking
{
    /// <summary>
    /// Connections of one process: 10. More at a time make a report no faster on a server with as many cores, and each takes memory of the server.
    /// </summary>
    public const int Connections = 10;

    /// <summary>5 minutes: a figure over some hundred thousand accounts takes seconds, and who asked over HTTP has given up long before.</summary>
    public static readonly TimeSpan LongestStatement = TimeSpan.FromMinutes(5);

    static readonly AsyncLocal<Look> Flowing = new();

    internal static Look Now => Flowing.Value;

    /// <summary>What is called from here on looks, at a replica where there is one. Said in an asynchronous method, it ends with that method.</summary>
    public static void Begin() => Flowing.Value = Look.AtReplica;

    /// <summary>The same, and it must see what was committed a moment ago.</summary>
    public static void BeginAtPrimary() => Flowing.Value = Look.AtPrimary;
}

/// <summary>Which connections are used.</summary>
enum Look
{
    /// <summary>Those of whoever acts.</summary>
    None,

    AtPrimary,
    AtReplica
}
