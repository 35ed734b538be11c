using Billing.Hosting.Personal;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Alerting;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Holds;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Papers;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Books.Usage;
using Billing.MonthClose.Collect.Webhooks;
using Billing.MonthClose.Correct.Corrections;

namespace Billing.MonthClose;

/// <summary>Where the books speak of a person, one table to a line.</summary>
public static class MonthClosePersonalRows
{
    public static PersonalRows<MonthCloseDbContext> All { get; } = new PersonalRows<MonthCloseDbContext>()
        .Of<Account>((db, id) => db.Accounts.Where(account => account.AccountId == id), _ => null)
        .Of<PaymentMethodChange>((db, id) => db.PaymentMethodChanges.Where(change => change.AccountId == id), change => change.ChangedAt)
        .Of<AuditEntry>((db, id) => db.Audit.Where(entry => entry.AccountId == id), entry => entry.At)
        .Of<Invoice>((db, id) => db.Invoices.Where(invoice => invoice.AccountId == id), invoice => invoice.IssuedAt)
        .Of<KeptPaper>((db, id) => db.Papers.Where(paper => db.Invoices.Any(invoice => invoice.InvoiceId == paper.PaperId && invoice.AccountId == id)
            || db.CreditNotes.Any(note => note.CreditNoteId == paper.PaperId && note.AccountId == id)), paper => paper.RenderedAt)
        .Of<Charge>((db, id) => db.Charges.Where(charge => charge.AccountId == id), charge => charge.CreatedAt)
        .Of<GatewayCall>((db, id) => db.GatewayCalls.Where(call => call.AccountId == id), call => call.AskedAt)
        .Of<GatewayEvent>((db, id) => db.GatewayEvents.Where(one => db.Charges.Any(charge => charge.AccountId == id
                && (charge.ChargeId == one.ChargeId || charge.GatewayReference == one.Subject))
            || db.Refunds.Any(refund => refund.AccountId == id && refund.GatewayReference == one.Subject)
            || db.Disputes.Any(dispute => dispute.AccountId == id && dispute.DisputeId == one.Subject)), one => one.ReceivedAt)
        .Of<CreditNote>((db, id) => db.CreditNotes.Where(note => note.AccountId == id), note => note.IssuedAt)
        .Of<Refund>((db, id) => db.Refunds.Where(refund => refund.AccountId == id), refund => refund.CreatedAt)
        .Of<Hold>((db, id) => db.Holds.Where(hold => hold.AccountId == id), hold => hold.HeldAt)
        .Of<Drift>((db, id) => db.Drifts.Where(drift => drift.AccountId == id), drift => drift.FoundAt)
        .Of<RaisedAlert>((db, id) => db.Set<RaisedAlert>().Where(alert => alert.AccountId == id), alert => alert.RaisedAt)
        .Of<RejectedUsageEntry>((db, id) => db.RejectedUsage.Where(usage => usage.AccountId == id), usage => usage.ReceivedAt);
}
