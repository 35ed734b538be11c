using Billing.Persistence;
using Billing.SeatRefresh.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Slots;

/// <summary>A slot that this process holds.</summary>
sealed record HeldSlot(int Number, Guid LeaseId);

/// <summary>The slot went to another process: the former holder stood still for longer than its lease, and may save nothing any more.</summary>
sealed class SlotLostException(HeldSlot slot) : Exception($"Slot {slot.Number} went to another");

/// <summary>
/// Takes, keeps and gives back slots. A job claims and saves only in a transaction that also checks that the slot is still its own, so a process that stood
/// still and goes on does nothing beside its successor.
/// </summary>
sealed class SlotStore(Transactions<SeatRefreshDbContext> transactions, IBulkWriter bulk, IOptions<RefreshOptions> options, TimeProvider clock)
{
    TimeSpan Lease => options.Value.SlotLease;

    public TimeSpan Heartbeat => Lease / 3;

    /// <summary>Leases are kept as evidence this long.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    public Task<HeldSlot?> TakeAsync(CancellationToken cancellationToken) => transactions.RunAsync<HeldSlot?>(async db =>
    {
        var now = clock.GetUtcNow();
        var settings = await db.CurrentSettingsAsync(cancellationToken);
        if (settings.Jobs != RefreshMode.On || settings.MaxRunning == 0)
            return null;
        var free = await FreeAsync(db, settings.MaxRunning, now, cancellationToken);
        if (free is null && await db.Slots.CountAsync(cancellationToken) < settings.MaxRunning)
        {
            // the first ever, or the capacity was raised
            await bulk.InsertNewAsync(db, Enumerable.Range(1, settings.MaxRunning).Select(number => new RefreshSlot { Number = number })
                .ToList(), cancellationToken);
            free = await FreeAsync(db, settings.MaxRunning, now, cancellationToken);
        }

        if (free is null)
            return null;
        now = clock.GetUtcNow();        // after whoever had it gave it back: so that the recorded leases of one slot never overlap
        var (leaseId, until) = (Guid.CreateVersion7(now), now + Lease);
        await db.Slots.Where(slot => slot.Number == free.Number)
            .ExecuteUpdateAsync(set => set.SetProperty(slot => slot.LeaseId, leaseId).SetProperty(slot => slot.LeasedUntil, until), cancellationToken);
        db.SlotLeases.Add(new SlotLease
        {
            LeaseId = leaseId,
            Slot = free.Number,
            Holder = $"{Environment.MachineName} {Environment.ProcessId}",
            TakenAt = now,
            LeasedUntil = until
        });
        var old = now - Kept;
        await db.SlotLeases.Where(lease => lease.TakenAt < old).ExecuteDeleteAsync(cancellationToken);
        return new HeldSlot(free.Number, leaseId);
    }, cancellationToken);

    /// <summary>How many jobs may run, and how many slots of those are free.</summary>
    public Task<(int Capacity, int Free)> FreeAsync(CancellationToken cancellationToken) => transactions.RunAsync(async db =>
    {
        var now = clock.GetUtcNow();
        var settings = await db.CurrentSettingsAsync(cancellationToken);
        var capacity = settings.Jobs == RefreshMode.On ? settings.MaxRunning : 0;
        return (capacity, capacity - await db.Slots.CountAsync(slot => slot.Number <= capacity && slot.LeasedUntil >= now, cancellationToken));
    }, cancellationToken);

    /// <summary>Extends the lease, because this process is alive.</summary>
    public Task<bool> KeepAsync(HeldSlot slot, int counted, CancellationToken cancellationToken) =>
        transactions.RunAsync(db => KeepAsync(db, slot, counted, cancellationToken), cancellationToken);

    /// <summary>
    /// False when the slot is not ours any more, or is one too many since the capacity was lowered. Nobody takes it until the transaction ends.
    /// </summary>
    public async Task<bool> KeepAsync(SeatRefreshDbContext db, HeldSlot slot, int counted, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + Lease;
        var settings = await db.CurrentSettingsAsync(cancellationToken);
        if (settings.Jobs != RefreshMode.On || slot.Number > settings.MaxRunning)
            return false;
        var kept = await db.Slots.Where(held => held.Number == slot.Number && held.LeaseId == slot.LeaseId)
            .ExecuteUpdateAsync(set => set.SetProperty(held => held.LeasedUntil, until), cancellationToken) == 1;
        if (kept)
            await db.SlotLeases.Where(lease => lease.LeaseId == slot.LeaseId)
                .ExecuteUpdateAsync(set => set.SetProperty(lease => lease.LeasedUntil, until).SetProperty(lease => lease.Counted, counted), cancellationToken);
        return kept;
    }

    /// <summary>Ends a transaction that saves something under a slot: the slot is still ours, and nobody can take it before the commit.</summary>
    /// <exception cref="SlotLostException">Another has it.</exception>
    public static async Task RequireAsync(SeatRefreshDbContext db, HeldSlot slot, CancellationToken cancellationToken)
    {
        if (await db.Slots.AsNoTracking().Where(held => held.Number == slot.Number && held.LeaseId == slot.LeaseId).ForUpdate()
            .SingleOrDefaultAsync(cancellationToken) is null)
            throw new SlotLostException(slot);
    }

    /// <summary>A lease that was lost ended when it ended; only one that was still held is given back now.</summary>
    public Task<int> GiveBackAsync(HeldSlot slot, int counted, CancellationToken cancellationToken) => transactions.RunAsync(async db =>
    {
        DateTimeOffset? now = clock.GetUtcNow();
        var given = await db.Slots.Where(held => held.Number == slot.Number && held.LeaseId == slot.LeaseId)
            .ExecuteUpdateAsync(set =>
                set.SetProperty(held => held.LeaseId, (Guid?)null).SetProperty(held => held.LeasedUntil, (DateTimeOffset?)null), cancellationToken);
        await db.SlotLeases.Where(lease => lease.LeaseId == slot.LeaseId)
            .ExecuteUpdateAsync(set =>
                set.SetProperty(lease => lease.ReleasedAt, given == 1 ? now : null).SetProperty(lease => lease.Counted, counted), cancellationToken);
        return given;
    }, cancellationToken);

    static Task<RefreshSlot?> FreeAsync(SeatRefreshDbContext db, int capacity, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Slots.AsNoTracking().Where(slot => slot.Number <= capacity && (slot.LeasedUntil == null || slot.LeasedUntil < now)).OrderBy(slot => slot.Number)
            .Take(1).ForUpdateSkipLocked().SingleOrDefaultAsync(cancellationToken);
}
