using Billing.Hosting.Work;
using Billing.Persistence;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Slots;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>
/// Runs jobs while there is work and a slot is free. A tick wakes it. It also looks by itself now and then, for what a tick of another process began,
/// what a dead process left behind, and what has waited long enough after a failure.
/// </summary>
sealed class RefreshWorker(
    DatabaseReadiness database, Transactions<SeatRefreshDbContext> transactions, SlotStore slots, DueSubscriptions due, RefreshJob job, RefreshSignal signal,
    IOptions<RefreshOptions> options, TimeProvider clock, ILogger<RefreshWorker> log)
    : PeriodicWork(database, clock, log, signal)
{
    readonly List<Task> _jobs = [];

    protected override TimeSpan Period => options.Value.LookEvery;

    protected override async Task PassAsync(CancellationToken stopping)
    {
        _jobs.RemoveAll(running => running.IsCompleted);
        if (await IsThereWorkAsync(stopping))
            await FillSlotsAsync(stopping);
    }

    protected override Task EndAsync() => Task.WhenAll(_jobs);

    async Task<bool> IsThereWorkAsync(CancellationToken cancellationToken)
    {
        var draining = await transactions.RunAsync(async db => (await db.CurrentSettingsAsync(cancellationToken)).Draining, cancellationToken);
        if (!draining)
            return await due.IsInterruptedAsync(cancellationToken);
        if (await due.CountAsync(1, cancellationToken) > 0)
            return true;
        return !await transactions.RunAsync(db => IsOverAsync(db, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Whoever sees that nothing is left marks it, under the lock of the row that a tick writes, so that a tick which comes right now is not lost.
    /// </summary>
    async Task<bool> IsOverAsync(SeatRefreshDbContext db, CancellationToken cancellationToken)
    {
        var settings = await db.Settings.ForUpdate().SingleOrDefaultAsync(cancellationToken);
        var now = Clock.GetUtcNow();
        if (settings is null || await db.Subscriptions.AnyAsync(x => x.NextRefreshAt <= now, cancellationToken))
            return settings is null;
        settings.Draining = false;
        return true;
    }

    /// <summary>
    /// As many jobs as there is work for, counted no further than that matters; of the slots that are free no more than half at a look, rounded up: other
    /// processes look as often as we do, and find some. Those that nobody took are ours at the next looks.
    /// </summary>
    async Task FillSlotsAsync(CancellationToken stopping)
    {
        var (capacity, free) = await slots.FreeAsync(stopping);
        var work = free == 0 ? 0 : Math.Min(await due.CountAsync(capacity + 1, stopping), (free + 1) / 2);
        for (; work > 0; work--)
        {
            if (await slots.TakeAsync(stopping) is not { } slot)
                return;
            _jobs.Add(RunAsync(slot, stopping));     // it waits for the database at once, so the next one begins beside it
        }
    }

    async Task RunAsync(HeldSlot slot, CancellationToken stopping)
    {
        var counted = 0;
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await using var heartbeat = Clock.CreateTimer(_ => _ = BeatAsync(), null, slots.Heartbeat, slots.Heartbeat);
        List<Claimed> claimed = [];
        var found = false;
        try
        {
            while (!lost.IsCancellationRequested && await due.ClaimAsync(slot, counted, lost.Token) is { Count: > 0 } taken)
            {
                found = true;
                claimed = taken;
                counted += await job.RunAsync(slot, claimed, lost.Token);
                claimed = [];
            }
        }
        catch (SlotLostException)
        {
            log.SlotLost(slot.Number);
        }
        catch (Exception end) when (end is OperationCanceledException || !stopping.IsCancellationRequested)
        {
            if (end is not OperationCanceledException)
                log.RefreshInterrupted(end);
        }

        await LeaveAsync(slot, claimed, counted);
        // A slot is free. But who found nothing, because others have locked what is due, would find nothing again and again: the next look is soon enough.
        if (found)
            signal.Set();

        async Task BeatAsync()
        {
            try
            {
                if (!await slots.KeepAsync(slot, counted, lost.Token))
                    await lost.CancelAsync();
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
            {
                // the job is over
            }
            catch (Exception away) when (away is not OutOfMemoryException)
            {
                log.RefreshInterrupted(away);       // the next beat may reach the database in time
            }
        }
    }

    /// <summary>Stopping gives back what was taken; when even that is impossible, the leases end by themselves.</summary>
    async Task LeaveAsync(HeldSlot slot, List<Claimed> claimed, int counted)
    {
        try
        {
            if (claimed.Count > 0)
                await due.GiveBackAsync(claimed, CancellationToken.None);
            await slots.GiveBackAsync(slot, counted, CancellationToken.None);
        }
        catch (Exception away) when (away is not OutOfMemoryException)
        {
            log.RefreshInterrupted(away);
        }
    }
}
