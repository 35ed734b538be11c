using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Invoices;

namespace Billing.MonthClose.Correct.Corrections;

/// <summary>Whether an invoice may be taken back, given up, or issued anew; a refusal says what to do instead.</summary>
public static class VoidDecision
{
    /// <param name="open">The invoice's charge whose outcome nobody knows, if there is one.</param>
    /// <param name="hasCreditNotes">True when a credit note corrects it already.</param>
    /// <param name="credit">The account's credit as it is now.</param>
    public static Refusal? Void(Invoice invoice, decimal amount, Charge? open, bool hasCreditNotes, decimal credit) =>
        amount != invoice.Total ? new("Amount", amount, $"{Text(invoice, invoice.Total)}, the total of {invoice.Number}")
        : UnderWay(invoice, open) is { } underWay ? underWay
        : invoice.Status == InvoiceStatus.WrittenOff ? new("InvoiceNumber", invoice.Number, "an invoice that is not written off")
        : invoice.CarriedTo is not null ? new("InvoiceNumber", invoice.Number, "an invoice whose amount stands on no later one; void that one first")
        : invoice.AmountPaid > 0 || invoice.CreditUsedLater > 0 ? new("InvoiceNumber", invoice.Number,
            $"an invoice on which nothing is paid, and {Text(invoice, invoice.AmountPaid + invoice.CreditUsedLater)} is; issue a credit note instead")
        : hasCreditNotes ? new("InvoiceNumber", invoice.Number, "an invoice without credit notes; take the rest back by another credit note")
        : CreditMade(invoice) is var made && made > credit ? new("InvoiceNumber", invoice.Number,
            $"an invoice whose credit of {Text(invoice, made)} is unused; only {Text(invoice, credit)} is left")
        : null;

    public static Refusal? WriteOff(Invoice invoice, decimal amount, Charge? open) =>
        invoice.Owed <= 0 ? new("InvoiceNumber", invoice.Number, $"an invoice with something open; it is {invoice.Status}")
        : UnderWay(invoice, open) is { } underWay ? underWay
        : amount != invoice.Owed ? new("Amount", amount, $"{Text(invoice, invoice.Owed)}, all that is open on {invoice.Number}")
        : null;

    public static Refusal? Apply(Invoice invoice, decimal amount, Charge? open, decimal credit) =>
        UnderWay(invoice, open) is { } underWay ? underWay
        : amount > invoice.Owed ? new("Amount", amount, $"at most {Text(invoice, invoice.Owed)}, which is open on {invoice.Number}")
        : amount > credit ? new("Amount", amount, $"at most {Text(invoice, credit)}, the account's credit")
        : null;

    /// <param name="granted">Credit that was granted, and neither revoked nor used.</param>
    public static Refusal? Revoke(decimal amount, string currency, decimal granted, decimal credit) =>
        amount > Math.Min(granted, credit)
            ? new("Amount", amount, $"at most {Currencies.Text(Math.Max(0, Math.Min(granted, credit)), currency)}: {Currencies.Text(credit, currency)} of "
                + $"credit is left, and {Currencies.Text(granted, currency)} of what was granted is unused; what the customer paid stays his")
            : null;

    static Refusal? UnderWay(Invoice invoice, Charge? open) => open is null ? null
        : new("InvoiceNumber", invoice.Number, $"an invoice whose charges are known; {open.ChargeId} is {open.State}: wait until the gateway has answered");

    static decimal CreditMade(Invoice invoice) => Math.Max(0, -invoice.Total);

    static string Text(Invoice invoice, decimal amount) => Currencies.Text(amount, invoice.Currency);
}
