using Billing.MonthClose.Books.Auditing;

namespace Billing.MonthClose.Books.Invoices;

/// <summary>What the audit trail says of an invoice.</summary>
static class InvoiceAudit
{
    public static AuditEntry Issued(AuditTrail audit, Invoice invoice) =>
        audit.Entry(invoice.AccountId, AuditSubject.Invoice, invoice.InvoiceId, "issued",
            after: new
            {
                invoice.Number,
                invoice.Period,
                invoice.Status,
                invoice.Total,
                invoice.Tax,
                invoice.CreditApplied,
                invoice.AmountDue,
                invoice.Currency
            });

    /// <summary>Some of it was settled, or all.</summary>
    public static AuditEntry Paid(AuditTrail audit, Invoice before, Invoice after, string why, string? by = null) =>
        after.Status == InvoiceStatus.WrittenOff
            ? audit.Entry(after.AccountId, AuditSubject.Invoice, after.InvoiceId, "recovered", why, new { before.Recovered, before.Version },
                new { after.Recovered, after.Version }, by)
            : audit.Entry(after.AccountId, AuditSubject.Invoice, after.InvoiceId, after.Status == InvoiceStatus.Paid ? "paid" : "paid in part", why,
                new { before.Status, before.AmountPaid, before.Version }, new { after.Status, after.AmountPaid, after.Version }, by);
}
