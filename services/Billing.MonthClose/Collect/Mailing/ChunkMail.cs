using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Books.Closes;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Collect.Mailing;

/// <summary>Sends the chunk's invoices to those who have an address. It waits for no charge.</summary>
sealed class EmailInvoicesConsumer(MonthCloseDbContext db, Letters letters, TimeProvider clock) : IConsumer<EmailInvoices>
{
    public async Task Consume(ConsumeContext<EmailInvoices> context)
    {
        var chunk = context.Message;
        var closes = db.AccountCloses.Where(close => close.RunId == chunk.RunId && close.Chunk == chunk.Chunk && close.EmailedAt == null
            && close.InvoiceId != null);
        await letters.SendAsync(context, "invoice", closes.Select(close => close.InvoiceId!.Value), withLines: true);
        var now = clock.GetUtcNow();
        await closes.Where(close => db.Accounts.Any(account => account.AccountId == close.AccountId && account.Email != null))
            .ExecuteUpdateAsync(set => set.SetProperty(close => close.EmailedAt, now), context.CancellationToken);
        await context.Publish(new InvoicesEmailed(chunk.ChunkId), context.CancellationToken);
    }
}

/// <summary>Thanks those whose charge went through. Whoever did not pay at once hears from the collection of his invoice.</summary>
sealed class SendReceiptsConsumer(MonthCloseDbContext db, Letters letters) : IConsumer<SendReceipts>
{
    public async Task Consume(ConsumeContext<SendReceipts> context)
    {
        var chunk = context.Message;
        await letters.SendAsync(context, "receipt", db.AccountCloses
            .Where(close => close.RunId == chunk.RunId && close.Chunk == chunk.Chunk
                && close.Step == CloseStep.Booked && close.Outcome == CloseOutcome.Collected
                // a later try may have collected it before this step came; then its collection says thanks
                && !db.DunningPlans.Any(plan => plan.InvoiceId == close.InvoiceId))
            .Select(close => close.InvoiceId!.Value));
        await context.Publish(new ReceiptsSent(chunk.ChunkId), context.CancellationToken);
    }
}
