using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;

namespace Billing.MonthClose.Close.Charging;

/// <summary>What is said when one more try was asked for and no charge was made: no road of a retry ends in silence.</summary>
static class RetryOutcome
{
    /// <summary>Nothing had to be charged, or nothing may be.</summary>
    public static object Of(RetryCharge retry, Invoice invoice, ChargeDecision.Skip skip) => skip.Outcome switch
    {
        CloseOutcome.CarriedForward => new InvoiceCleared(invoice.InvoiceId, invoice.AccountId, CarriedOver: true),
        _ when retry.Origin == ChargeOrigin.Manual => Refused(retry, invoice, skip.Outcome.ToString(), "The books changed since it was asked for."),
        CloseOutcome.AlreadyPaid => new CollectionBlocked(invoice.InvoiceId, invoice.AccountId, "BooksDisagree",
            $"Invoice {invoice.Number} is open over {invoice.Open} {invoice.Currency}, but its account owes nothing. Reconcile before charging."),
        _ => new RetrySkipped(invoice.InvoiceId, skip.Outcome.ToString())
    };

    /// <summary>A loop was stopped, or what was believed and what is true do not fit together.</summary>
    public static object Of(RetryCharge retry, Invoice invoice, CannotCloseException cannot, DateTimeOffset now) =>
        retry.Origin == ChargeOrigin.Manual ? Refused(retry, invoice, cannot.ReasonCode, cannot.Message)
        : cannot.ReasonCode is "TooManyCharges" or CannotCloseException.UnderReview ? new RetryPostponed(invoice.InvoiceId, now.AddDays(1))
        : new CollectionBlocked(invoice.InvoiceId, invoice.AccountId, cannot.ReasonCode, cannot.Message);

    /// <summary>A charge is in the way. What is pending or unknown will be heard of by itself.</summary>
    public static object? Of(RetryCharge retry, Invoice invoice, Charge before) =>
        retry.Origin == ChargeOrigin.Manual ? before.State == ChargeState.Pending ? null
            : Refused(retry, invoice, before.State.ToString(), "Another charge got ahead of it.")
        : before.State == ChargeState.Succeeded ? new CollectionBlocked(invoice.InvoiceId, invoice.AccountId, "AlreadyCharged",
            $"Invoice {invoice.Number} was charged already (charge {before.ChargeId}), and {invoice.Open} {invoice.Currency} of it are open: an invoice is "
                + $"charged once.")
        : null;

    static InvoiceRetryRefused Refused(RetryCharge retry, Invoice invoice, string code, string reason) => new()
    {
        InvoiceId = invoice.InvoiceId,
        AccountId = invoice.AccountId,
        ReasonCode = code,
        Reason = reason,
        RequestedBy = retry.RequestedBy
    };
}
