using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Ledger;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Close.Running;

/// <summary>
/// Closes what is booked. What a failed step left behind is parked with its reason, what a cancelled run left is cancelled: no account is ever between two
/// states.
/// </summary>
sealed class EndChunkConsumer(MonthCloseDbContext db, LedgerBook ledger, IBulkWriter bulk, AuditTrail audit, TimeProvider clock) : IConsumer<EndChunk>
{
    public async Task Consume(ConsumeContext<EndChunk> context)
    {
        var chunk = context.Message;
        var now = clock.GetUtcNow();
        var period = (await db.Runs.AsNoTracking().SingleAsync(run => run.CorrelationId == chunk.RunId, context.CancellationToken)).PeriodText;
        // What is due is counted by how the close of its account stands, so a close is parked under the account's lock. Most chunks leave none behind.
        var left = await db.AccountCloses.Where(close => close.RunId == chunk.RunId && close.Chunk == chunk.Chunk
            && (close.Step == CloseStep.Pending || close.Step == CloseStep.Invoiced)).Select(close => close.AccountId).ToListAsync(context.CancellationToken);
        if (left.Count > 0)
            await ledger.LockAsync(left, context.CancellationToken);
        var closes = await db.AccountCloses.Where(close => close.RunId == chunk.RunId && close.Chunk == chunk.Chunk)
            .OrderBy(close => close.AccountId).AsNoTracking().ForUpdate().ToListAsync(context.CancellationToken);

        var booked = closes.FindAll(close => close.Step == CloseStep.Booked);
        foreach (var close in booked)
            (close.Step, close.ClosedAt) = (CloseStep.Closed, now);
        var behind = closes.FindAll(close => close.Step is CloseStep.Pending or CloseStep.Invoiced);
        if (chunk.IsCancelled)
            foreach (var close in behind)
                (close.ParkedAt, close.Step) = (close.Step, CloseStep.Cancelled);
        foreach (var close in behind.Where(close => close.Step != CloseStep.Cancelled))
            close.Park("StepFailed", $"{chunk.FailedStep ?? "A step"} of its chunk failed: {chunk.Reason ?? "no reason was given"}");

        if (booked.Count > 0)
            await bulk.UpdateAsync(db, booked, x => new { x.Step, x.ClosedAt }, context.CancellationToken);
        if (behind.Count > 0)
            await bulk.UpdateAsync(db, behind, x => new { x.Step, x.ParkedAt, x.ReasonCode, x.Reason }, context.CancellationToken);
        var parked = behind.FindAll(close => close.Step == CloseStep.Parked);
        await audit.WriteAsync(parked.ConvertAll(close => close.ToParkedEntry(audit)), context.CancellationToken);

        await context.PublishBatch(booked.Select(close => new AccountClosed
        {
            RunId = chunk.RunId,
            AccountId = close.AccountId,
            Period = period,
            Outcome = close.Outcome.ToString()!,
            InvoiceId = close.InvoiceId
        }), context.CancellationToken);
        await context.PublishBatch(parked.Select(close => close.ToAccountParked(period)), context.CancellationToken);
        await context.Publish(new ChunkClosed(chunk.ChunkId));
    }
}
