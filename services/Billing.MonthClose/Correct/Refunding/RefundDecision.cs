using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Correct.Corrections;

namespace Billing.MonthClose.Correct.Refunding;

/// <summary>Whether money of a charge may go back, out of the account's credit.</summary>
public static class RefundDecision
{
    /// <param name="charge">The one that brought the invoice's money, if one did.</param>
    /// <param name="underWay">True while another refund of it is not known to have ended.</param>
    /// <param name="credit">What the account does not owe: its credit.</param>
    /// <param name="step">What the gateway gives back is a multiple of it, in the currency's major unit.</param>
    public static Refusal? Decide(Invoice invoice, decimal amount, Charge? charge, bool underWay, decimal credit, decimal step) =>
        charge is not { State: ChargeState.Succeeded } ? new("InvoiceNumber", invoice.Number,
            "an invoice that a charge paid; what came another way goes back another way")
        : underWay ? new("RefundId", invoice.Number, $"no other refund of {charge.ChargeId} under way; wait until it is known")
        : amount % step != 0 ? new("Amount", amount, $"a multiple of {Text(invoice, step)}, which is what the gateway can give back")
        : amount > charge.Refundable ? new("Amount", amount, $"at most {Text(invoice, charge.Refundable)}, which is what the gateway took and has not given "
            + $"back")
        : amount > credit ? new("Amount", amount, $"at most {Text(invoice, credit)}, the account's credit; what an invoice rightly asked for is taken back "
            + $"by a credit note")
        : null;

    static string Text(Invoice invoice, decimal amount) => Currencies.Text(amount, invoice.Currency);
}
