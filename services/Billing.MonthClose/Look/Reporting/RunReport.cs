using System.Globalization;
using System.Net;
using System.Text;
using Billing.Clock;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Look.Certifying;
using Billing.Persistence;
using Billing.Views.MonthClose;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>The report of a run as it was written when the run ended; each time the run ends again, one more.</summary>
public sealed class RunReport
{
    public required Guid RunId { get; init; }
    public required DateTimeOffset WrittenAt { get; init; }
    public required string Csv { get; init; }
}

sealed class RunReportMap : IEntityTypeConfiguration<RunReport>
{
    public void Configure(EntityTypeBuilder<RunReport> report)
    {
        report.ToTable("RunReport");
        report.HasKey(x => new { x.RunId, x.WrittenAt });
    }
}

/// <summary>What the ledger says of a run in one currency, in its major unit: the figures that the report must meet to the last minor unit.</summary>
sealed record LedgerTotals(string Currency, decimal Invoiced, decimal Tax, decimal Collected, decimal Credited, decimal Refunded, decimal WrittenOff);

/// <summary>
/// Writes the finance report and the certificate when a run has ended. Its queue is its own, and one at a time is enough: it never delays a charge.
/// </summary>
sealed class WriteReportConsumer(MonthCloseDbContext db, IServiceScopeFactory scopes, CertificateStore certificates, TimeProvider clock)
    : IConsumer<WriteReport>
{
    public async Task Consume(ConsumeContext<WriteReport> context)
    {
        var run = await db.Runs.AsNoTracking().SingleAsync(run => run.CorrelationId == context.Message.RunId, context.CancellationToken);
        if (await ReadAsync(BillingPeriod.FromNumber(run.Period), context.CancellationToken) is { } sheets)
            db.Reports.Add(new RunReport { RunId = context.Message.RunId, WrittenAt = clock.GetUtcNow(), Csv = sheets.Csv });
        await certificates.AddAsync(run, context.CancellationToken);
    }

    async Task<ReportSheets?> ReadAsync(BillingPeriod period, CancellationToken cancellationToken)
    {
        Looking.BeginAtPrimary();       // the run has ended in this moment, and what is written stays
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<ReportReader>().ReadAsync(period, cancellationToken);
    }
}

/// <param name="Csv">One row a currency.</param>
/// <param name="Page">For a person, to read and to print.</param>
sealed record ReportSheets(string Csv, string Page);

sealed class ReportReader(MonthCloseDbContext db, RunReader runs, TimeProvider clock)
{
    /// <returns>Null when the month was never closed.</returns>
    public async Task<ReportSheets?> ReadAsync(BillingPeriod period, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(period, cancellationToken) is not { } run)
            return null;
        var csv = await CsvAsync(run, cancellationToken);
        return new ReportSheets(csv, PageOf(run, csv));
    }

    async Task<string> CsvAsync(RunView run, CancellationToken cancellationToken)
    {
        var ledger = await LedgerAsync(run.RunId, cancellationToken);
        var csv = new StringBuilder("period,currency,invoices,invoiced,credit_used,collected,failed,held,skipped,parked,open,ledger_invoiced,"
            + "ledger_collected,credited,refunded,written_off,recovered,ledger_credited,ledger_refunded,ledger_written_off,tax,ledger_tax\n");
        foreach (var row in run.Totals)
        {
            string Amount(decimal amount) => amount.ToString("F" + Currencies.DecimalsOf(row.Currency), CultureInfo.InvariantCulture);
            var books = ledger.GetValueOrDefault(row.Currency, new LedgerTotals(row.Currency, 0, 0, 0, 0, 0, 0));
            csv.AppendJoin(',', run.Period, row.Currency, row.Invoices.ToString(CultureInfo.InvariantCulture), Amount(row.Invoiced), Amount(row.CreditUsed),
                Amount(row.Collected),
                Amount(row.Failed), Amount(row.Held), Amount(row.Skipped), Amount(row.Parked), Amount(row.Open), Amount(books.Invoiced),
                    Amount(books.Collected),
                Amount(row.Credited), Amount(row.Refunded), Amount(row.WrittenOff), Amount(row.Recovered),
                Amount(books.Credited), Amount(books.Refunded), Amount(books.WrittenOff), Amount(row.Tax), Amount(books.Tax)).Append('\n');
        }

        return csv.ToString();
    }

    string PageOf(RunView run, string csv)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Month {{run.Period}}</title>
            <style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#222}table{border-collapse:collapse;margin:1rem 0}
            th,td{padding:.25rem .75rem;border-bottom:1px solid #ccc;text-align:right}th:first-child,td:first-child{text-align:left}</style>
            {{(TestClockText.Of(clock) is { } test ? $"<p><strong>{test}. Nobody owes what stands here.</strong></p>" : "")}}
            <h1>Month {{run.Period}}: {{run.State}}</h1>
            <p>{{run.Accounts}} accounts, begun {{run.StartedAt:u}}{{(run.CompletedAt is { } done ? $", ended {done:u}" : "")}}{{(run.RequestedBy is { } who
                ? $", asked for by {WebUtility.HtmlEncode(who)}" : "")}}.</p>
            """);
        html.Append("<h2>Accounts</h2><table>");
        foreach (var (name, count) in run.Steps.Concat(run.Outcomes).Where(pair => pair.Value > 0))
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{name}</td><td>{count}</td></tr>");
        html.Append("</table><h2>Money</h2><table>");
        foreach (var (line, index) in csv.TrimEnd().Split('\n').Select((line, index) => (line, index)))
            html.Append("<tr>").AppendJoin("", line.Split(',').Skip(1).Select(cell => index == 0 ? $"<th>{cell.Replace('_', ' ')}</th>" : $"<td>{cell}</td>"))
                .Append("</tr>");
        html.Append("</table><p>The ledger columns are summed from the ledger's entries, by another road than the invoices: each must be equal to the column "
            + "of its name.</p>");
        if (run.Parked.Count > 0)
        {
            html.Append("<h2>Parked</h2><table>");
            foreach (var parked in run.Parked)
                html.Append(CultureInfo.InvariantCulture, $"<tr><td>{WebUtility.HtmlEncode(parked.ReasonCode)}</td><td>{parked.Count}</td><td "
                    + $"style=\"text-align:left\">{WebUtility.HtmlEncode(parked.Reason)}</td></tr>");
            html.Append("</table>");
        }

        return html.Append("</html>").ToString();
    }

    async Task<Dictionary<string, LedgerTotals>> LedgerAsync(Guid runId, CancellationToken cancellationToken)
    {
        var entries = await (
            from entry in db.LedgerEntries
            join transaction in db.LedgerTransactions on entry.TransactionId equals transaction.TransactionId
            join invoice in db.Invoices on transaction.InvoiceId equals invoice.InvoiceId
            where invoice.RunId == runId
            group entry by new
            {
                entry.Currency,
                entry.Account,
                IsCharge = transaction.Cause.StartsWith("charge:"),
                IsRefund = transaction.Cause.StartsWith("refund-paid:"),
                IsCreditNote = transaction.Cause.StartsWith("credit-note:")
            }
            into account
            select new
            {
                account.Key.Currency,
                account.Key.Account,
                account.Key.IsCharge,
                account.Key.IsRefund,
                account.Key.IsCreditNote,
                Amount = account.Sum(entry => entry.Amount)
            }).ToListAsync(cancellationToken);
        var payments = await (
            from allocation in db.PaymentAllocations
            join invoice in db.Invoices on allocation.InvoiceId equals invoice.InvoiceId
            where invoice.RunId == runId && !allocation.IsRecovery
            group allocation by invoice.Currency
            into currency
            select new { Currency = currency.Key, Amount = currency.Sum(allocation => allocation.Amount) })
                .ToDictionaryAsync(row => row.Currency, row => row.Amount, cancellationToken);
        return entries.GroupBy(row => row.Currency).ToDictionary(currency => currency.Key, currency => new LedgerTotals(
            currency.Key,
            -currency.Where(row => row.Account is LedgerAccount.Revenue or LedgerAccount.TaxPayable && !row.IsCreditNote).Sum(row => row.Amount),
            -currency.Where(row => row.Account == LedgerAccount.TaxPayable && !row.IsCreditNote).Sum(row => row.Amount),
            // what charges took off the debt: money taken twice is no more collected, it is the customer's credit
            -currency.Where(row => row.Account == LedgerAccount.Receivable && row.IsCharge).Sum(row => row.Amount) + payments.GetValueOrDefault(currency.Key),
            currency.Where(row => row.Account is LedgerAccount.CreditNotes or LedgerAccount.TaxPayable && row.IsCreditNote).Sum(row => row.Amount),
            -currency.Where(row => row.Account == LedgerAccount.Cash && row.IsRefund).Sum(row => row.Amount),
            currency.Where(row => row.Account == LedgerAccount.BadDebt).Sum(row => row.Amount)));
    }
}

/// <summary>Finance reports as they are now, which sum the ledger's entries.</summary>
sealed class Reports(IServiceScopeFactory scopes, IHostApplicationLifetime host) : SharedReadsOfBooks<ReportSheets>(scopes, host)
{
    protected override Task<ReportSheets?> ReadAsync(IServiceProvider services, BillingPeriod period, CancellationToken cancellationToken) =>
        services.GetRequiredService<ReportReader>().ReadAsync(period, cancellationToken);
}
