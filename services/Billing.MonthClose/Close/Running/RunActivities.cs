using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Restoring;
using Billing.MonthClose.Books.Closes;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Close.Running;

/// <summary>A step of the run that asks the database, in the saga's own transaction.</summary>
abstract class RunActivity : IStateMachineActivity<RunState>
{
    protected abstract Task ExecuteAsync(BehaviorContext<RunState> context);

    public async Task Execute(BehaviorContext<RunState> context, IBehavior<RunState> next)
    {
        await ExecuteAsync(context);
        await next.Execute(context);
    }

    public async Task Execute<T>(BehaviorContext<RunState, T> context, IBehavior<RunState, T> next)
        where T : class
    {
        await ExecuteAsync(context);
        await next.Execute(context);
    }

    public Task Faulted<TException>(BehaviorExceptionContext<RunState, TException> context, IBehavior<RunState> next)
        where TException : Exception => next.Faulted(context);

    public Task Faulted<T, TException>(BehaviorExceptionContext<RunState, T, TException> context, IBehavior<RunState, T> next)
        where T : class
        where TException : Exception => next.Faulted(context);

    public void Probe(ProbeContext context) => context.CreateScope(GetType().Name);

    public void Accept(StateMachineVisitor visitor) => visitor.Visit(this);
}

/// <summary>Fixes the price list: what is set from now on is for the next run. A run that was previewed keeps the list of its preview.</summary>
sealed class SnapshotPrices(MonthCloseDbContext db) : RunActivity
{
    protected override async Task ExecuteAsync(BehaviorContext<RunState> context) =>
        context.Saga.PriceVersion = context.Saga.PreviewId is { } previewId
            ? await db.Previews.Where(preview => preview.PreviewId == previewId).Select(preview => preview.PriceVersion).SingleAsync(context.CancellationToken)
            : await db.Prices.MaxAsync(price => (long?)price.Version, context.CancellationToken) ?? 0;
}

/// <summary>Gives waiting chunks the places that are free. Fan-out is topped up, never poured.</summary>
sealed class TopUpChunks(ChunkPlaces places) : RunActivity
{
    protected override async Task ExecuteAsync(BehaviorContext<RunState> context)
    {
        foreach (var chunkId in await places.TakeAsync(context.Saga.CorrelationId, context.CancellationToken))
            await context.Publish(new StartChunk(context.Saga.CorrelationId, chunkId, context.Saga.Attempt), context.CancellationToken);
    }
}

/// <summary>
/// Says again what may have been lost when the run halted, or with the queues when the books were brought back. Each of these may come twice: who has heard it
/// already ignores it.
/// </summary>
sealed class AskAgain(MonthCloseDbContext db, Restorations<MonthCloseDbContext> restorations) : RunActivity
{
    protected override async Task ExecuteAsync(BehaviorContext<RunState> context)
    {
        var (run, cancellationToken) = (context.Saga, context.CancellationToken);
        // Books that went back by the database's log have no queues of their moment: no message of before is there any more.
        var lostBefore = (await restorations.LastAsync(db, cancellationToken))?.RestoredAt ?? DateTimeOffset.MinValue;
        // While it was only paused, the cutting went on.
        if (!run.CutDone && (run.HaltReason is not null || run.StartedAt <= lostBefore))
        {
            // Accounts are cut in the order of their keys, so the cutting goes on behind the last that is in a chunk.
            var last = await db.AccountCloses.Where(close => close.RunId == run.CorrelationId).OrderByDescending(close => close.AccountId)
                .Select(close => close.AccountId).FirstOrDefaultAsync(cancellationToken);
            await context.Publish(new CutChunks(run.CorrelationId, last, run.Attempt), cancellationToken);
        }
        else if (run.CancelReason is not null)
            await context.Publish(new CancelWaitingChunks(run.CorrelationId, run.Attempt), cancellationToken);

        // A chunk's own machine says whether it stands: what is read of it here may be old when the message arrives.
        var inFlight = await db.Chunks.Where(chunk => chunk.RunId == run.CorrelationId && chunk.Place == ChunkPlace.InFlight)
            .OrderBy(chunk => chunk.Number).Select(chunk => new { chunk.CorrelationId, chunk.StartedAt }).ToListAsync(cancellationToken);
        // Cancelled while it is paused: what is in flight ends without another charge.
        var isCancelled = run is { CancelReason: not null, PausedAt: not null };
        foreach (var chunk in inFlight)
            await context.Publish(
                new StartChunk(run.CorrelationId, chunk.CorrelationId, run.Attempt, isCancelled, chunk.StartedAt <= lostBefore), cancellationToken);
    }
}

/// <summary>When no chunk waits or travels any more: counts the accounts, each once, and says so, once.</summary>
sealed class EndRun(ChunkPlaces places, RunTotals totals, TimeProvider clock) : RunActivity
{
    protected override async Task ExecuteAsync(BehaviorContext<RunState> context)
    {
        var run = context.Saga;
        if (!run.CutDone || await places.AnyLeftAsync(run.CorrelationId, context.CancellationToken))
            return;

        var steps = await totals.StepsAsync(run.CorrelationId, context.CancellationToken);
        var (accounts, closed) = (steps.Values.Sum(), steps.GetValueOrDefault(CloseStep.Closed));
        var (parked, cancelled) = (steps.GetValueOrDefault(CloseStep.Parked), steps.GetValueOrDefault(CloseStep.Cancelled));
        if (closed + parked + cancelled != accounts)
            throw new InvalidOperationException(
                $"Every chunk of {run.PeriodText} has ended, but of {accounts} accounts only {closed} are closed, {parked} parked and {cancelled} cancelled.");

        var now = clock.GetUtcNow();
        if (run.CompletedAt is null)
        {
            run.CompletedAt = now;
            await context.Publish(new MonthCloseCompleted
            {
                RunId = run.CorrelationId,
                Period = run.PeriodText,
                Accounts = accounts,
                Closed = closed,
                Parked = parked,
                Cancelled = cancelled,
                StartedAt = run.StartedAt,
                CompletedAt = now,
                Totals = await totals.ByCurrencyAsync(run.CorrelationId, context.CancellationToken)
            });
        }

        if (closed == accounts && run.SucceededAt is null)
        {
            run.SucceededAt = now;
            await context.Publish(new MonthCloseSucceeded { RunId = run.CorrelationId, Period = run.PeriodText, Accounts = accounts, CompletedAt = now });
        }

        await context.Publish(new WriteReport(run.CorrelationId));
        context.GetOrAddPayload(() => new RunEnd(machine => cancelled > 0 ? machine.Cancelled : parked > 0 ? machine.Completed : machine.Succeeded));
    }
}
