using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Payments;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Gateway.Stripe;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Intake.Payments;

/// <summary>Books money that came another way than by a charge: the invoices that it pays, and credit for what is more than owed.</summary>
sealed class RecordPaymentConsumer(MonthCloseDbContext db, LedgerBook ledger, IBulkWriter bulk, AuditTrail audit, TimeProvider clock) : IConsumer<RecordPayment>
{
    public async Task Consume(ConsumeContext<RecordPayment> context)
    {
        var (payment, cancellationToken) = (context.Message, context.CancellationToken);
        var money = new Money(payment.Amount, payment.Currency);
        var at = payment.ReceivedAt?.ToUniversalTime() ?? clock.GetUtcNow();
        var balance = (await ledger.LockAsync([payment.AccountId], cancellationToken)).GetValueOrDefault(payment.AccountId)
            ?? throw CommandRejected.Because(nameof(RecordPayment), nameof(payment.AccountId), payment.AccountId, "an account that is registered");
        if (await ledger.IsBookedAsync(Posting.IdOfPayment(payment.PaymentId), nameof(RecordPayment), nameof(payment.PaymentId), payment.PaymentId,
            payment.AccountId, money, cancellationToken))
        {
            await context.Publish(Recorded(payment, balance.Owed, again: true), cancellationToken);
            return;
        }

        if (balance.Currency != payment.Currency)
            throw CommandRejected.Because(nameof(RecordPayment), nameof(payment.Currency), payment.Currency, $"the account's currency {balance.Currency}");

        var open = await db.Invoices.AsNoTracking()
            .Where(invoice => invoice.AccountId == payment.AccountId
                && (((invoice.Status == InvoiceStatus.Open || (invoice.Status == InvoiceStatus.CarriedForward && invoice.CarriedTo == null))
                        && invoice.AmountPaid + invoice.AmountReduced < invoice.AmountDue)
                    || (invoice.Status == InvoiceStatus.WrittenOff && invoice.Recovered < invoice.WrittenOff)))
            .OrderBy(invoice => invoice.Status == InvoiceStatus.WrittenOff).ThenBy(invoice => invoice.Period).ThenBy(invoice => invoice.IssuedAt)
            .ToListAsync(cancellationToken);      // what was given up comes after what is owed, unless it is named
        if (payment.InvoiceId is { } named && open.Find(invoice => invoice.InvoiceId == named) is { } first)
            open = [first, .. open.Where(invoice => invoice != first)];

        var spread = PaymentSpread.Over(open, money, balance.Owed, at);
        var posting = Posting.Of(payment.PaymentId, payment.AccountId, spread, at);
        await ledger.AppendAsync([posting], cancellationToken);
        if (spread.Parts.Count > 0)
        {
            await bulk.InsertAsync(db, [.. spread.Parts.Select(part =>
                new PaymentAllocation { PaymentId = payment.PaymentId, InvoiceId = part.After.InvoiceId, Amount = part.Amount, IsRecovery = part.IsRecovery })],
                cancellationToken);
            await bulk.UpdateAsync(db, [.. spread.Parts.Select(part => part.After)], x => new { x.AmountPaid, x.Recovered, x.Status, x.PaidAt, x.Version },
                cancellationToken);
        }

        await audit.WriteAsync(
        [
            audit.Entry(payment.AccountId, AuditSubject.Payment, payment.PaymentId, "recorded", payment.Reference,
                before: new { balance.Owed, balance.Credit },
                after: new { payment.Amount, payment.Currency, Owed = balance.Owed + posting.OwedChange, Credit = balance.Credit + posting.CreditChange },
                    by: payment.RequestedBy),
            .. spread.Parts.Select(part => InvoiceAudit.Paid(audit, part.Before, part.After, $"payment {payment.PaymentId}", payment.RequestedBy))
        ], cancellationToken);
        foreach (var part in spread.Parts.Where(part => part.After.Status == InvoiceStatus.Paid))
            await context.Publish(new InvoiceCleared(part.After.InvoiceId, part.After.AccountId), cancellationToken);
        foreach (var part in spread.Parts.Where(part => part.IsRecovery))
            await RecoveredAsync(context, part.After, part.Amount);
        await context.Publish(Recorded(payment, balance.Owed + posting.OwedChange), cancellationToken);
    }

    static PaymentRecorded Recorded(RecordPayment payment, decimal stillOwed, bool again = false) => new()
    {
        PaymentId = payment.PaymentId,
        AccountId = payment.AccountId,
        Amount = payment.Amount,
        Currency = payment.Currency,
        StillOwed = stillOwed,
        WasKnown = again
    };

    static async Task RecoveredAsync(ConsumeContext<RecordPayment> context, Invoice invoice, decimal amount)
    {
        if (invoice.Recovered == invoice.WrittenOff)
            await context.Publish(new CollectionEnded(invoice.InvoiceId, invoice.AccountId, "what was written off is paid", LiftHold: true),
                context.CancellationToken);
        await context.Publish(new DebtRecovered
        {
            PaymentId = context.Message.PaymentId,
            InvoiceId = invoice.InvoiceId,
            AccountId = invoice.AccountId,
            Amount = amount,
            Currency = invoice.Currency
        }, context.CancellationToken);
    }
}

sealed class RecordPaymentValidator : AbstractValidator<RecordPayment>
{
    public RecordPaymentValidator()
    {
        RuleFor(x => x.PaymentId).IsId(128);
        RuleFor(x => x.RequestedBy).IsText(200);
        RuleFor(x => x.Reference).IsText(500);
        RuleFor(x => x.AccountId).IsAccountId();
        RuleFor(x => x.Currency).IsCurrency();
        RuleFor(x => x.Amount).IsMoney(x => x.Currency);
        RuleFor(x => x.ReceivedAt).Must(at => at is null or { Year: >= 2000 and < 2200 }).Expected("an instant from 2000 on, with its offset");
    }
}

/// <summary>Books credit that pays open invoices, and then later ones.</summary>
sealed class GrantCreditConsumer(LedgerBook ledger, CreditUse credits, AuditTrail audit, TimeProvider clock) : IConsumer<GrantCredit>
{
    public async Task Consume(ConsumeContext<GrantCredit> context)
    {
        var (credit, cancellationToken) = (context.Message, context.CancellationToken);
        var money = new Money(credit.Amount, credit.Currency);
        var posting = Posting.OfCredit(credit.CreditId, credit.AccountId, money, clock.GetUtcNow());
        var balance = (await ledger.LockAsync([credit.AccountId], cancellationToken)).GetValueOrDefault(credit.AccountId)
            ?? throw CommandRejected.Because(nameof(GrantCredit), nameof(credit.AccountId), credit.AccountId, "an account that is registered");
        if (balance.Currency != credit.Currency)
            throw CommandRejected.Because(nameof(GrantCredit), nameof(credit.Currency), credit.Currency, $"the account's currency {balance.Currency}");
        if (await ledger.IsBookedAsync(posting.Transaction.TransactionId, nameof(GrantCredit), nameof(credit.CreditId), credit.CreditId,
            credit.AccountId, money, cancellationToken))
            return;
        await ledger.AppendAsync([posting], cancellationToken);
        await audit.WriteAsync(audit.Entry(credit.AccountId, AuditSubject.Credit, credit.CreditId, "granted", credit.Reason,
            before: new { balance.Credit }, after: new { credit.Amount, credit.Currency, Credit = balance.Credit + credit.Amount }, by: credit.RequestedBy),
                cancellationToken);
        var used = await credits.SpreadAsync([credit.AccountId], clock.GetUtcNow(), cancellationToken);
        await used.TellAsync(context, cancellationToken);
    }
}

sealed class GrantCreditValidator : AbstractValidator<GrantCredit>
{
    public GrantCreditValidator()
    {
        RuleFor(x => x.CreditId).IsId(128);
        RuleFor(x => x.RequestedBy).IsText(200);
        RuleFor(x => x.AccountId).IsAccountId();
        RuleFor(x => x.Currency).IsCurrency();
        RuleFor(x => x.Amount).IsMoney(x => x.Currency);
        // It pays open invoices, and what it leaves of them is charged.
        RuleFor(x => x.Amount).Must((credit, amount) => !Currencies.IsKnown(credit.Currency) || amount % StripeAmount.StepOf(credit.Currency) == 0)
            .Expected("an amount that the gateway could charge: thousandths in tens for BHD, JOD, KWD, OMR and TND, whole ones for MGA");
        RuleFor(x => x.Reason).IsId(400);
    }
}
