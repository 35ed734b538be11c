using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Letters;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Correct.Corrections;
using Billing.MonthClose.Correct.Refunding;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Collect.Mailing;

/// <summary>
/// Writes of an invoice that was corrected, of money that went back, and of money that was taken for nothing. One letter for each credit note, refund and
/// charge.
/// </summary>
sealed class CorrectionMailConsumer(MonthCloseDbContext db, Letters letters) : IConsumer<TellOfCreditNote>, IConsumer<TellOfRefund>, IConsumer<TellOfExcess>
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

    public async Task Consume(ConsumeContext<TellOfExcess> context)
    {
        var charge = await db.Charges.AsNoTracking().SingleAsync(charge => charge.ChargeId == context.Message.ChargeId, context.CancellationToken);
        var cause = Posting.CauseOf(charge);
        var excess = await (
            from entry in db.LedgerEntries
            join transaction in db.LedgerTransactions on entry.TransactionId equals transaction.TransactionId
            where transaction.Cause == cause && entry.Account == LedgerAccount.CustomerCredit
            select -entry.Amount).SumAsync(context.CancellationToken);
        await letters.SendOneAsync(context, Letter.PaymentCredited, charge.InvoiceId, charge.ChargeId, excess);
    }
}
