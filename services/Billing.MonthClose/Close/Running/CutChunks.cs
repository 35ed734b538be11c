using Billing.Hosting.Identity;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Ledger;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Close.Running;

/// <summary>
/// Walks over the accounts by their key, some thousand at a time, and puts each into a chunk of this run.
/// </summary>
sealed class CutChunksConsumer(MonthCloseDbContext db, ChunkWriter chunks, IOptions<ClosingOptions> options) : IConsumer<CutChunks>
{
    public async Task Consume(ConsumeContext<CutChunks> context)
    {
        var (runId, after) = (context.Message.RunId, context.Message.AfterAccountId ?? "");
        var page = options.Value.ChunkSize * options.Value.ChunksPerCut;
        var run = await db.Runs.AsNoTracking().SingleAsync(run => run.CorrelationId == runId, context.CancellationToken);
        var accounts = await BillingPeriod.FromNumber(run.Period).AccountsIn(db).Where(account => account.AccountId.CompareTo(after) > 0)
            .OrderBy(account => account.AccountId).Take(page).Select(account => account.AccountId).ToListAsync(context.CancellationToken);

        await chunks.WriteAsync(runId, accounts, context.CancellationToken);
        await context.Publish(new ChunksCut(runId, accounts.LastOrDefault() ?? context.Message.AfterAccountId, Done: accounts.Count < page));
    }
}

/// <summary>Takes accounts up that were parked or cancelled, and puts them into chunks of their own.</summary>
sealed class RechunkAccountsConsumer(MonthCloseDbContext db, LedgerBook ledger, ChunkWriter chunks, IBulkWriter bulk, AuditTrail audit)
    : IConsumer<RechunkAccounts>
{
    public async Task Consume(ConsumeContext<RechunkAccounts> context)
    {
        var asked = context.Message;
        var set = db.AccountCloses.Where(close => close.RunId == asked.RunId && close.Step == asked.From);
        if (asked.AccountIds is { } ids)
            set = set.Where(close => ids.Contains(close.AccountId));
        if (asked.ReasonCode is { } reason)
            set = set.Where(close => close.ReasonCode == reason);

        // What is due is counted by how the close of its account stands, so a close is moved under the account's lock.
        await ledger.LockAsync(await set.Select(close => close.AccountId).ToListAsync(context.CancellationToken), context.CancellationToken);
        var closes = await set.OrderBy(close => close.AccountId).AsNoTracking().ForUpdate().ToListAsync(context.CancellationToken);
        var trail = closes.ConvertAll(close => audit.Entry(close.AccountId, AuditSubject.Close, $"{close.RunId}:{close.AccountId}", "taken up again",
            before: new { close.Step, close.ReasonCode }, after: new { Step = close.ParkedAt ?? CloseStep.Pending }, by: asked.RequestedBy));
        foreach (var close in closes)
        {
            close.Step = close.ParkedAt ?? CloseStep.Pending;
            (close.ParkedAt, close.ReasonCode, close.Reason) = (null, null, null);
        }

        await chunks.AssignAsync(asked.RunId, closes, context.CancellationToken);
        if (closes.Count > 0)
            await bulk.UpdateAsync(db, closes, x => new { x.Chunk, x.Step, x.ParkedAt, x.ReasonCode, x.Reason }, context.CancellationToken);
        await audit.WriteAsync(trail, context.CancellationToken);
        await context.Publish(new AccountsRechunked(asked.RunId, closes.Count));
    }
}

/// <summary>Ends what nobody has begun.</summary>
sealed class CancelWaitingChunksConsumer(MonthCloseDbContext db, TimeProvider clock) : IConsumer<CancelWaitingChunks>
{
    public async Task Consume(ConsumeContext<CancelWaitingChunks> context)
    {
        var runId = context.Message.RunId;
        var waiting = await db.Chunks.Where(chunk => chunk.RunId == runId && chunk.Place == ChunkPlace.Waiting)
            .AsNoTracking().ForUpdate().ToListAsync(context.CancellationToken);
        var numbers = waiting.ConvertAll(chunk => chunk.Number);
        await db.AccountCloses.Where(close => close.RunId == runId && numbers.Contains(close.Chunk))
            .ExecuteUpdateAsync(set => set
                .SetProperty(close => close.ParkedAt, close => close.Step)
                .SetProperty(close => close.Step, CloseStep.Cancelled), context.CancellationToken);
        await db.Chunks.Where(chunk => chunk.RunId == runId && numbers.Contains(chunk.Number))
            .ExecuteUpdateAsync(set => set
                .SetProperty(chunk => chunk.Place, ChunkPlace.Ended)
                .SetProperty(chunk => chunk.EndedAt, clock.GetUtcNow()), context.CancellationToken);
        await context.Publish(new WaitingChunksCancelled(runId));
    }
}

/// <summary>Makes chunks out of accounts.</summary>
sealed class ChunkWriter(MonthCloseDbContext db, IBulkWriter bulk, ISequences sequences, TimeProvider clock, IOptions<ClosingOptions> options)
{
    /// <summary>Takes accounts into the run; one that is in it already stays where it is.</summary>
    public async Task WriteAsync(Guid runId, IReadOnlyCollection<string> accountIds, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        // the same page may be cut again, such as by a message that came once more when the inbox had forgotten it
        var taken = await db.AccountCloses.Where(close => close.RunId == runId && accountIds.Contains(close.AccountId)).Select(close => close.AccountId)
            .ToListAsync(cancellationToken);
        var closes = accountIds.Except(taken, StringComparer.Ordinal)
            .Select(id => new AccountClose { RunId = runId, AccountId = id, Chunk = 0, Step = CloseStep.Pending, PendingAt = now }).ToList();
        await AssignAsync(runId, closes, cancellationToken);
        if (closes.Count > 0)
            await bulk.InsertAsync(db, closes, cancellationToken);
    }

    /// <summary>Gives each account its chunk, and writes the chunks.</summary>
    public async Task AssignAsync(Guid runId, IReadOnlyCollection<AccountClose> closes, CancellationToken cancellationToken)
    {
        if (closes.Count == 0)
            return;
        var groups = closes.Chunk(options.Value.ChunkSize).ToList();
        var numbers = await sequences.TakeAsync(db, MonthCloseDbContext.ChunkNumbers, groups.Count, cancellationToken);
        foreach (var (group, number) in groups.Zip(numbers))
            foreach (var close in group)
                close.Chunk = (int)number;
        await bulk.InsertAsync(db, groups.Zip(numbers, (group, number) => new ChunkState
        {
            CorrelationId = DeterministicGuid.Of($"chunk:{runId}:{number}"),
            RunId = runId,
            Number = (int)number
        }).ToList(), cancellationToken);
    }
}
