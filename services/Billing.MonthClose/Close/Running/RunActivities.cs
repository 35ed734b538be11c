using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Closes;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

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

/// <summary>Fixes the price list: what is set from now on is for the next run.</summary>
sealed class SnapshotPrices(MonthCloseDbContext db) : RunActivity
{
    protected override async Task ExecuteAsync(BehaviorContext<RunState> context) =>
        context.Saga.PriceVersion = await db.Prices.MaxAsync(price => (long?)price.Version, context.CancellationToken) ?? 0;
}

/// <summary>Gives waiting chunks the places that are free. Fan-out is topped up, never poured.</summary>
sealed class TopUpChunks(MonthCloseDbContext db, IOptions<ClosingOptions> options) : RunActivity
{
    static readonly string[] Idle = [nameof(ChunkPipeline.Waiting), nameof(ChunkPipeline.Ended)];

    protected override async Task ExecuteAsync(BehaviorContext<RunState> context)
    {
        var runId = context.Saga.CorrelationId;
        var inFlight = await db.Chunks.CountAsync(chunk => chunk.RunId == runId && !Idle.Contains(chunk.CurrentState), context.CancellationToken);
        var free = options.Value.MaxChunksInFlight - inFlight;
        if (free <= 0)
            return;
        var next = await db.Chunks.Where(chunk => chunk.RunId == runId && chunk.CurrentState == nameof(ChunkPipeline.Waiting))
            .OrderBy(chunk => chunk.Number).Take(free).Select(chunk => chunk.CorrelationId).ToListAsync(context.CancellationToken);
        if (next.Count == 0)
            return;
        await db.Chunks.Where(chunk => next.Contains(chunk.CorrelationId))
            .ExecuteUpdateAsync(set => set.SetProperty(chunk => chunk.CurrentState, nameof(ChunkPipeline.Begun)), context.CancellationToken);
        foreach (var chunkId in next)
            await context.Publish(new StartChunk(chunkId), context.CancellationToken);
    }
}

/// <summary>When no chunk waits or travels any more: counts the accounts, each once, and says so, once.</summary>
sealed class EndRun(MonthCloseDbContext db, RunTotals totals, TimeProvider clock) : RunActivity
{
    protected override async Task ExecuteAsync(BehaviorContext<RunState> context)
    {
        var run = context.Saga;
        if (!run.CutDone || await db.Chunks.AnyAsync(chunk => chunk.RunId == run.CorrelationId && chunk.CurrentState != nameof(ChunkPipeline.Ended),
            context.CancellationToken))
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
