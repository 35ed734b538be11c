using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Correct.Corrections;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>Why an invoice is not charged at a person's wish, in words that he can act on; null when it is.</summary>
static class ManualRetryDecision
{
    public static (string Code, string Reason)? Refusal(Invoice invoice, AccountBalance balance, Account account, ChargeState? underWay, CloseStep close,
        DateOnly today) =>
        underWay == ChargeState.Pending ? ("Pending", "A charge of it is under way; its outcome will be heard of by itself.")
        : underWay == ChargeState.Unknown ? ("Unknown", "Nobody knows yet whether an earlier charge went through. The gateway is being asked; charging again "
            + "could take the money twice.")
        : underWay == ChargeState.Succeeded && invoice.Open > 0 ? ("AlreadyCharged",
            $"It was charged already, and {invoice.Open} {invoice.Currency} of it are open: an invoice is charged once.")
        : invoice.Status is InvoiceStatus.Paid or InvoiceStatus.Voided
            ? ("AlreadyPaid", $"It is {invoice.Status.ToString().ToLowerInvariant()}: nothing is open.")
        : invoice.Status == InvoiceStatus.CarriedForward ? ("CarriedForward", "It is too small to be charged; its amount stands on the next invoice.")
        : balance.Owed <= 0 ? ("AlreadyPaid", "The account owes nothing any more.")
        : close is CloseStep.Pending or CloseStep.Invoiced or CloseStep.Parked
            ? ("CloseNotEnded", "Its month is not closed for the account yet: let it end, or unpark the account.")
        : invoice.Status == InvoiceStatus.WrittenOff ? ("WrittenOff", "It is written off; a payment of it is booked as a recovery.")
        : account.ChargesOff is { } tag ? tag == ControlTags.ManualPay ? ("ManualPayment", "The account pays by transfer.")
            : (tag.ToString(), $"The account is tagged {tag}: nothing is charged until the tag is taken off.")
        : account.IsClosedOn(today) ? ("AccountClosed", $"The account was closed on {account.ClosedOn:yyyy-MM-dd}.")
        : account.PaymentMethod is not { Length: > 0 } ? ("NoPaymentMethod",
            "The account has no payment method. Change it, and the invoice is charged at once.")
        : null;
}

/// <summary>A person wants an invoice to be charged now. What happens is what happens to every charge; only the plan is not touched.</summary>
sealed class RetryInvoiceConsumer(MonthCloseDbContext db, LedgerBook ledger, AuditTrail audit, TimeProvider clock) : IConsumer<RetryInvoice>
{
    public async Task Consume(ConsumeContext<RetryInvoice> context)
    {
        var (retry, cancellationToken) = (context.Message, context.CancellationToken);
        var accountId = await db.Invoices.Where(invoice => invoice.InvoiceId == retry.InvoiceId).Select(invoice => invoice.AccountId)
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw CommandRejected.Because(nameof(RetryInvoice), nameof(retry.InvoiceId), retry.InvoiceId.ToString(), "the id of an invoice that was issued");
        var balance = (await ledger.LockAsync([accountId], cancellationToken))[accountId];
        var invoice = await db.Invoices.AsNoTracking().SingleAsync(invoice => invoice.InvoiceId == retry.InvoiceId, cancellationToken);
        var account = await db.Accounts.AsNoTracking().SingleAsync(account => account.AccountId == accountId, cancellationToken);
        var states = await db.Charges.Where(charge => charge.InvoiceId == retry.InvoiceId && charge.State != ChargeState.Failed
            && charge.State != ChargeState.Skipped)
            .Select(charge => charge.State).ToListAsync(cancellationToken);
        var close = await db.AccountCloses.Where(close => close.RunId == invoice.RunId && close.AccountId == accountId).Select(close => close.Step)
            .SingleAsync(cancellationToken);
        var now = clock.GetUtcNow();

        var refused = ManualRetryDecision.Refusal(invoice, balance, account, states.Count > 0 ? states.Min() : null, close, Zones.DayOf(now, account.TimeZone));
        await audit.WriteAsync(audit.Entry(accountId, AuditSubject.Collection, invoice.InvoiceId, refused is null ? "retried by hand" : "not retried",
            refused?.Reason, by: retry.RequestedBy), cancellationToken);
        if (refused is { } refusal)
            await context.Publish(new InvoiceRetryRefused
            {
                InvoiceId = invoice.InvoiceId,
                AccountId = accountId,
                ReasonCode = refusal.Code,
                Reason = refusal.Reason,
                RequestedBy = retry.RequestedBy
            }, cancellationToken);
        else
            await context.Publish(new RetryCharge(invoice.InvoiceId, ChargeOrigin.Manual, Uncounted: true, Guid.CreateVersion7(now), retry.RequestedBy,
                new ExpectedCharge(invoice.InvoiceId, accountId, retry.Amount, retry.Currency, retry.InvoiceVersion, retry.AsOf ?? now)), cancellationToken);
    }
}

sealed class RetryInvoiceValidator : AbstractValidator<RetryInvoice>
{
    public RetryInvoiceValidator()
    {
        RuleFor(x => x.InvoiceVersion).GreaterThan(0).Expected("the version that the invoice had when it was read, from 1");
        RuleFor(x => x.Currency).IsCurrency();
        RuleFor(x => x.Amount).IsMoney(x => x.Currency);
        RuleFor(x => x.RequestedBy).IsId(128);
    }
}
