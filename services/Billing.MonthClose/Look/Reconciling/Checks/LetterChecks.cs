using Billing.Hosting.Personal;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Letters;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Collect.Mailing;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reconciling.Checks;

sealed class InvoiceLetterMissing(MonthCloseDbContext db, IPublishEndpoint bus) : DriftCheck(DriftClass.InvoiceLetterMissing)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var rows = await (
            from close in db.ClosesOf(scope)
            where close.InvoiceId != null && close.EmailedAt < scope.Before
                && !db.Letters.Any(letter => letter.InvoiceId == close.InvoiceId && letter.Template == Letter.OfInvoice)
            orderby close.AccountId
            select new { close.AccountId, close.InvoiceId, close.EmailedAt }).Take(scope.Most).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => Found(row.AccountId, row.InvoiceId!, $"mailed at {row.EmailedAt:yyyy-MM-dd HH:mm}Z, and no letter is written down",
            row.InvoiceId));
    }

    public override Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken) =>
        bus.AskForLetterAsync(drift, Letter.OfInvoice, 0, cancellationToken);
}

/// <summary>
/// Only of those who had the invoice by mail: whoever gave an address later is not written to about old months. And only of an invoice of which something was
/// paid: of money that came when all had been credited, its owner heard by another letter.
/// </summary>
sealed class ReceiptMissing(MonthCloseDbContext db, IPublishEndpoint bus) : DriftCheck(DriftClass.ReceiptMissing)
{
    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var rows = await (
            from close in db.ClosesOf(scope)
            where close.InvoiceId != null && close.Step == CloseStep.Closed && close.Outcome == CloseOutcome.Collected && close.ClosedAt < scope.Before
                && db.Letters.Any(letter => letter.InvoiceId == close.InvoiceId && letter.Template == Letter.OfInvoice)
                && !db.Letters.Any(letter => letter.InvoiceId == close.InvoiceId && letter.Template == Letter.Receipt)
                && db.Invoices.Any(invoice => invoice.InvoiceId == close.InvoiceId && invoice.PaidAt < scope.Before && invoice.AmountPaid > 0)
                && !db.Set<ErasedContact>().Any(contact => contact.AccountId == close.AccountId)
            orderby close.AccountId
            select new { close.AccountId, close.InvoiceId }).Take(scope.Most).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => Found(row.AccountId, row.InvoiceId!, "paid, and no receipt was asked for", row.InvoiceId));
    }

    public override Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken) =>
        bus.AskForLetterAsync(drift, Letter.Receipt, 0, cancellationToken);
}

static class LetterRepair
{
    public static async Task<string?> AskForLetterAsync(this IPublishEndpoint bus, Difference drift, string template, int attempt,
        CancellationToken cancellationToken)
    {
        await bus.Publish(new TellCustomer(drift.InvoiceId!.Value, template, attempt), cancellationToken);
        return "asked for now";
    }
}
