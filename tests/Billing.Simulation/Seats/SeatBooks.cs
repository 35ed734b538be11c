using Microsoft.Data.Sqlite;

namespace Billing.Simulation.Seats;

/// <summary>A subscription as it is written down.</summary>
sealed record SubscriptionRow(
    string Id, Guid? Claim, DateTimeOffset? NextRefreshAt, DateTimeOffset? RetryAt, int Failures, DateTimeOffset? CountedAt, int InUse, int MaxUsed, int Owed,
    int Version, bool ResetDue, string NamespaceId, string Plan, int Seats, bool Trial, string TermStart, bool Ended,
    string? LastError);

/// <summary>A slot as it is written down.</summary>
sealed record SlotRow(int Number, Guid? LeaseId, DateTimeOffset? LeasedUntil);

/// <summary>Who had a slot from when to when, as it is written down.</summary>
sealed record LeaseRow(Guid LeaseId, int Slot, DateTimeOffset TakenAt, DateTimeOffset LeasedUntil, bool IsReleased)
{
    /// <summary>Its slot is not free: that is so until it is given back, or its end has passed.</summary>
    public bool IsHeld(DateTimeOffset now) => !IsReleased && LeasedUntil >= now;
}

/// <summary>A walk of the batch that is not over.</summary>
sealed record WalkRow(DateTimeOffset DueAt, DateTimeOffset StartedAt);

/// <summary>A change as it was written down, and as it was published.</summary>
sealed record SeatChangeRow(string SubscriptionId, int Version, int Seats, int InUse, int MaxUsed, int Owed);

/// <summary>All that decides what jobs do, read at once.</summary>
sealed record SeatBooks(
    IReadOnlyList<SubscriptionRow> Subscriptions, IReadOnlyList<SlotRow> Slots, IReadOnlyList<LeaseRow> Leases,
    IReadOnlyList<WalkRow> Walks, int MaxRunning, bool Draining, bool IsPaused)
{
    public static readonly SeatBooks Empty = new([], [], [], [], 0, false, false);
}

/// <summary>
/// Reads the books beside the service, by statements of its own. It is done after every commit that has written something, so the statements are prepared once.
/// </summary>
sealed class SeatBookReader(SqliteConnection connection) : IDisposable
{
    readonly SqliteCommand _subscriptions = new("""
        SELECT "SubscriptionId", "Claim", "NextRefreshAt", "RetryAt", "Failures", "LastSeatRefreshAt", "SeatsInUse", "MaxSeatsUsed", "SeatsOwed", "Version",
            "ResetDue", "NamespaceId", "Plan", "Seats", "Trial", "TermStart", "EndedAt" IS NOT NULL, "LastError"
        FROM "Subscription" ORDER BY "SubscriptionId"
        """, connection);

    readonly SqliteCommand _slots =
        new("""SELECT "Number", "LeaseId", "LeasedUntil" FROM "RefreshSlot" ORDER BY "Number" """, connection);

    readonly SqliteCommand _leases =
        new("""SELECT "LeaseId", "Slot", "TakenAt", "LeasedUntil", "ReleasedAt" IS NOT NULL FROM "SlotLease" ORDER BY "TakenAt" """, connection);

    readonly SqliteCommand _walks =
        new("""SELECT "DueAt", "StartedAt" FROM "SeatWalk" WHERE "DoneAt" IS NULL ORDER BY "DueAt" """, connection);

    readonly SqliteCommand _settings =
        new("""SELECT CASE "Jobs" WHEN 'On' THEN "MaxRunning" ELSE 0 END, "Draining", "MaxRunning" = 0 FROM "RefreshSettings" """, connection);

    readonly SqliteCommand _sitting =
        new("""SELECT "SubscriptionId", "UserId" FROM "SeatHolder" WHERE "GoneAt" IS NULL ORDER BY "SubscriptionId", "UserId" """, connection);

    readonly SqliteCommand _history =
        new("""SELECT "SubscriptionId", "Version", "Seats", "InUse", "MaxUsed", "Owed" FROM "SeatHistory" ORDER BY "SubscriptionId", "Version" """, connection);

    readonly SqliteCommand _tick =
        new("""SELECT MAX("StartedAt") FROM "RefreshTick" """, connection);

    public SeatBooks Read()
    {
        var settings = Rows(_settings, row => (MaxRunning: row.GetInt32(0), Draining: row.GetBoolean(1), IsPaused: row.GetBoolean(2)));
        return new SeatBooks(
            Rows(_subscriptions, row => new SubscriptionRow(row.GetString(0), GuidIn(row, 1), InstantIn(row, 2), InstantIn(row, 3), row.GetInt32(4),
                InstantIn(row, 5), row.GetInt32(6), row.GetInt32(7), row.GetInt32(8), row.GetInt32(9), row.GetBoolean(10), row.GetString(11), row.GetString(12),
                row.GetInt32(13), row.GetBoolean(14), row.GetString(15), row.GetBoolean(16), row.IsDBNull(17) ? null : row.GetString(17))),
            Rows(_slots, row => new SlotRow(row.GetInt32(0), GuidIn(row, 1), InstantIn(row, 2))),
            Rows(_leases, row => new LeaseRow(row.GetGuid(0), row.GetInt32(1), InstantIn(row, 2)!.Value, InstantIn(row, 3)!.Value, row.GetBoolean(4))),
            Rows(_walks, row => new WalkRow(InstantIn(row, 0)!.Value, InstantIn(row, 1)!.Value)),
            settings[0].MaxRunning, settings[0].Draining, settings[0].IsPaused);
    }

    /// <summary>Who sits where, by the snapshots of the last counts.</summary>
    public ILookup<string, string> Sitting() =>
        Rows(_sitting, row => (Subscription: row.GetString(0), User: row.GetString(1))).ToLookup(one => one.Subscription, one => one.User);

    public IReadOnlyList<SeatChangeRow> History() => Rows(_history, row => new SeatChangeRow(
        row.GetString(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5)));

    /// <summary>When the last tick was taken.</summary>
    public DateTimeOffset? LastTick() => Rows(_tick, row => InstantIn(row, 0))[0];

    public void Dispose()
    {
        foreach (var command in new[] { _subscriptions, _slots, _leases, _settings, _sitting, _history, _tick, _walks })
            command.Dispose();
    }

    static List<T> Rows<T>(SqliteCommand command, Func<SqliteDataReader, T> read)
    {
        var rows = new List<T>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    static Guid? GuidIn(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    static DateTimeOffset? InstantIn(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTimeOffset(row.GetInt64(column), TimeSpan.Zero);
}
