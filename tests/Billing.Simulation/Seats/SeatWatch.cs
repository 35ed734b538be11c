using Billing.SeatRefresh.Settings;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Billing.Simulation.Seats;

/// <summary>
/// Looks into the books after every commit, and holds what has changed against what was told, by whom it was done, and what may be. It keeps a record of its
/// own of who was claimed, counted and in flight.
/// </summary>
sealed class SeatWatch(SqliteConnection connection, SeatBookReader reader, SeatClock clock, SeatFacts facts, RefreshOptions options)
{
    readonly Dictionary<Guid, List<string>> _claims = [];
    readonly HashSet<string> _mayBeTriedAgain = [];
    readonly List<(DateTimeOffset At, int MaxRunning)> _capacities = [];
    readonly List<string> _violations = [];

    /// <summary>What is written down now.</summary>
    public SeatBooks Books { get; private set; } = SeatBooks.Empty;

    /// <summary>Rows that were ever written: it grows with each.</summary>
    public long Version { get; private set; }

    public IReadOnlyList<string> Violations => _violations;

    public Action<string>? Tell { get; set; }

    /// <summary>What a claim took.</summary>
    public IReadOnlyList<string> ClaimedBy(Guid claim) => _claims.GetValueOrDefault(claim) ?? [];

    public void Reset()
    {
        _claims.Clear();
        _mayBeTriedAgain.Clear();
        _violations.Clear();
        _capacities.Clear();
        Version = raw.sqlite3_total_changes(connection.Handle);
        Books = reader.Read();
        _capacities.Add((clock.Now, Books.MaxRunning));
    }

    /// <param name="who">Whose transaction it was.</param>
    public void Committed(Actor who)
    {
        var written = raw.sqlite3_total_changes(connection.Handle);
        if (written == Version)
            return;
        var (before, now) = (Books, reader.Read());
        var failed = WithoutChance(before, now);
        if (failed)
            now = reader.Read();
        (Version, Books) = (raw.sqlite3_total_changes(connection.Handle), now);
        if (before.MaxRunning != now.MaxRunning)
        {
            Tell?.Invoke($"{now.MaxRunning} jobs may run");
            _capacities.Add((clock.Now, now.MaxRunning));
        }

        Taken(who, before, now);
        var known = before.Subscriptions.ToDictionary(one => one.Id);
        ILookup<string, string>? sitting = null;
        foreach (var one in now.Subscriptions)
        {
            var old = known.GetValueOrDefault(one.Id);
            if (one == old)
                continue;
            Claimed(who, old, one);
            if (one.CountedAt != old?.CountedAt)
                CountedNow(who, old, one, sitting ??= reader.Sitting(), before.Walks);
            if (one.Failures > (old?.Failures ?? 0))
            {
                _mayBeTriedAgain.Add(one.Id);
                HoldsItsSlot(who, "given up", one.Id);
                Tell?.Invoke($"{one.Id} could not be counted: {one.LastError}");
            }

            Figures(old, one);
        }
    }

    /// <summary>
    /// The pause after a failure is a little shorter by chance, which the service draws itself. That chance is taken out, so that a seed happens again.
    /// </summary>
    bool WithoutChance(SeatBooks before, SeatBooks now)
    {
        var failed = false;
        foreach (var one in now.Subscriptions)
        {
            if (one.Failures <= (before.Subscriptions.FirstOrDefault(old => old.Id == one.Id)?.Failures ?? 0))
                continue;
            var pause = options.FirstPause * Math.Pow(2, one.Failures - 1);
            using var round = new SqliteCommand(
                """UPDATE "Subscription" SET "RetryAt" = @at, "NextRefreshAt" = @at WHERE "SubscriptionId" = @id""", connection);
            round.Parameters.AddWithValue("@at", (clock.Now + ((pause > options.LongestPause ? options.LongestPause : pause) * 1.2)).UtcTicks);
            round.Parameters.AddWithValue("@id", one.Id);
            round.ExecuteNonQuery();
            failed = true;
        }

        return failed;
    }

    /// <summary>Slots that were taken in this transaction: never more are in flight than may be.</summary>
    void Taken(Actor who, SeatBooks before, SeatBooks now)
    {
        var known = before.Leases.Select(lease => lease.LeaseId).ToHashSet();
        foreach (var lease in now.Leases.Where(lease => !known.Contains(lease.LeaseId)))
        {
            who.Process.TakenLast = lease.LeaseId;
            Tell?.Invoke($"slot {lease.Slot} is taken by {who.Process.Name}");
        }

        var held = now.Leases.Where(lease => lease.IsHeld(clock.Now)).ToList();
        if (held.Count == 0)
            return;
        // who was let in under a higher capacity ends by himself when it is lowered
        var since = held.Min(lease => lease.TakenAt);
        var may = Math.Max(_capacities.Where(one => one.At >= since).Select(one => one.MaxRunning).DefaultIfEmpty(0).Max(),
            _capacities.Last(one => one.At <= since).MaxRunning);
        if (held.Count > may)
            _violations.Add($"I7: {held.Count} jobs are in flight where {may} may be");
    }

    void Claimed(Actor who, SubscriptionRow? old, SubscriptionRow one)
    {
        if (one.Claim is not { } claim || claim == old?.Claim)
            return;
        if (!_claims.TryGetValue(claim, out var ids))
            _claims[claim] = ids = [];
        ids.Add(one.Id);
        Tell?.Invoke($"{one.Id} is claimed by {who.Process.Name}");
        HoldsItsSlot(who, "claimed", one.Id);
    }

    void HoldsItsSlot(Actor who, string did, string id)
    {
        if (who.Job is { } job && !Books.Slots.Any(slot => slot.LeaseId == job.LeaseId))
            _violations.Add($"I7: {id} was {did} by a job whose slot had gone to another");
    }

    void CountedNow(Actor who, SubscriptionRow? old, SubscriptionRow one, ILookup<string, string> sitting, IReadOnlyList<WalkRow> walks)
    {
        Tell?.Invoke($"{one.Id} is counted by {who.Process.Name}{(who.What == Actor.Walk ? " on its walk" : "")}: {one.InUse} in use, {one.Owed} owed");
        HoldsItsSlot(who, "counted", one.Id);
        if (who.Job is not null && old?.CountedAt is { } last && one.CountedAt - last < options.MaxAge && !_mayBeTriedAgain.Contains(one.Id))
            _violations.Add($"I7: {one.Id} was counted twice in its window, at {last:MM-dd HH:mm:ss} and at {one.CountedAt:MM-dd HH:mm:ss}");
        if (who.What == Actor.Walk && old?.CountedAt >= walks[0].StartedAt)
            _violations.Add($"I7: {one.Id} was counted by the batch, and somebody had counted it since its tick");
        _mayBeTriedAgain.Remove(one.Id);
        var seated = facts.Seated(one.Id).Order(StringComparer.Ordinal).ToList();
        if (seated.Count != one.InUse)
            _violations.Add($"I7: {one.Id} was counted with {one.InUse} seats in use, and these take one up: {string.Join(' ', seated)}");
        else if (!seated.SequenceEqual(sitting[one.Id]))
            _violations.Add($"I7: the snapshot of {one.Id} has {string.Join(' ', sitting[one.Id])}, and these take up a seat: {string.Join(' ', seated)}");
    }

    /// <summary>In use, maximum, owed: that holds after each write.</summary>
    void Figures(SubscriptionRow? old, SubscriptionRow one)
    {
        var paid = facts.Subscriptions[one.Id].IsPaid;
        var owed = paid ? Math.Max(0, one.MaxUsed - one.Seats) : 0;
        if (one.Owed != owed)
            _violations.Add($"I7: {one.Id} owes {one.Owed} seats, and {one.MaxUsed} used at most of {one.Seats} make {owed}");
        // as long as nothing else was bought, the mark of a term that goes on does not fall
        if (paid && old is { ResetDue: false } && (old.Plan, old.Trial, old.TermStart, old.Ended) == (one.Plan, one.Trial, one.TermStart, one.Ended)
            && one.MaxUsed < old.MaxUsed)
            _violations.Add($"I7: the mark of {one.Id} fell from {old.MaxUsed} to {one.MaxUsed} in its term");
    }
}
