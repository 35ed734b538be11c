using System.Globalization;
using System.Text.Json;
using Billing.MonthClose.Books.Invoices;
using Billing.Views.Certificates;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Certifying;

/// <summary>What a run's invoices say, each hashed: the leaves of its certificate.</summary>
sealed class InvoiceLeaves(MonthCloseDbContext db)
{
    /// <summary>Invoices of one page: the lines of no more are held at once.</summary>
    const int Page = 1000;

    /// <summary>
    /// In the order of their accounts. An invoice that was issued in the place of a voided one is a later decision, and no part of what the run did.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="taxes">What the lines' taxes are added to.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<CertifiedInvoice>> ReadAsync(Guid runId, TaxSums taxes, CancellationToken cancellationToken)
    {
        var ids = await db.Invoices.Where(invoice => invoice.RunId == runId && invoice.Replaces == null).Select(invoice => invoice.InvoiceId)
            .ToListAsync(cancellationToken);
        var leaves = new List<CertifiedInvoice>(ids.Count);
        foreach (var page in ids.Chunk(Page))
        {
            var invoices = await db.Invoices.AsNoTracking().Where(invoice => page.Contains(invoice.InvoiceId)).ToListAsync(cancellationToken);
            var lines = (await db.InvoiceLines.AsNoTracking().Where(line => page.Contains(line.InvoiceId)).ToListAsync(cancellationToken))
                .ToLookup(line => line.InvoiceId);
            foreach (var invoice in invoices)
                taxes.Add(invoice, lines[invoice.InvoiceId]);
            leaves.AddRange(invoices.Select(invoice => new CertifiedInvoice(
                invoice.AccountId, invoice.Number, Convert.ToHexStringLower(MerkleTree.Leaf(Content(invoice, lines[invoice.InvoiceId]))))));
        }

        leaves.Sort((one, other) => string.CompareOrdinal(one.AccountId, other.AccountId));
        return leaves;
    }

    /// <summary>
    /// What the invoice says, in one form for all time: JSON without blanks, amounts without trailing zeros, days as 2026-10-31. A line without tax says
    /// nothing of it.
    /// </summary>
    public static byte[] Content(Invoice invoice, IEnumerable<InvoiceLine> lines) => JsonSerializer.SerializeToUtf8Bytes(new object[]
    {
        invoice.AccountId, invoice.Period, invoice.Currency, Day(invoice.FirstDay), Day(invoice.LastDay), Day(invoice.DueOn),
        Amount(invoice.Total), Amount(invoice.Carried), Amount(invoice.CreditApplied), Amount(invoice.AmountDue),
        lines.OrderBy(line => line.Position).Select(Content)
    });

    static object?[] Content(InvoiceLine line) =>
    [
        line.Kind, line.ServicePeriod, line.Description, line.PriceCode, Amount(line.Quantity), Amount(line.UnitPrice), Day(line.FirstDay), Day(line.LastDay),
        line.Formula, Amount(line.Amount),
        .. line.TaxTreatment is { } treatment ? new object?[] { $"{treatment}", Amount(line.TaxRate ?? 0), line.TaxName, Amount(line.Tax) } : []
    ];

    static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static string Amount(decimal amount) => amount.ToString("0.############################", CultureInfo.InvariantCulture);
}
