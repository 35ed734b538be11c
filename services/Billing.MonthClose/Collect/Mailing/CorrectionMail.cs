using Billing.MonthClose.Books.Letters;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Correct.Corrections;
using Billing.MonthClose.Correct.Refunding;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Collect.Mailing;

/// <summary>Writes of an invoice that was corrected, and of money that went back. One letter for each credit note and each refund.</summary>
sealed class CorrectionMailConsumer(MonthCloseDbContext db, Letters letters) : IConsumer<TellOfCreditNote>, IConsumer<TellOfRefund>
{
    public async Task Consume(ConsumeContext<TellOfCreditNote> context)
    {
        var note = await db.CreditNotes.AsNoTracking().SingleAsync(note => note.CreditNoteId == context.Message.CreditNoteId, context.CancellationToken);
        await letters.SendOneAsync(context, Letter.CreditNote, note.InvoiceId, note.CreditNoteId, note.Amount, ("note", note.Number), ("reason", note.Reason));
    }

    public async Task Consume(ConsumeContext<TellOfRefund> context)
    {
        var refund = await db.Refunds.AsNoTracking().SingleAsync(refund => refund.RefundId == context.Message.RefundId, context.CancellationToken);
        await letters.SendOneAsync(context, Letter.Refund, refund.InvoiceId, refund.RefundId, refund.Amount, ("reason", refund.Reason));
    }
}
