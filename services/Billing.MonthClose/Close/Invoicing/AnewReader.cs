using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Pricing;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Close.Invoicing;

/// <summary>
/// Reads once more what issued invoices followed from, as if each account had been billed up to the month before its invoice only: to issue one anew, or to
/// see what another rule would have made of it. The accounts' own facts are those of today.
/// </summary>
sealed class AnewReader(MonthCloseDbContext db, InvoiceReader reader)
{
    /// <param name="issued">Invoices of one run.</param>
    /// <param name="prices">The list to go by.</param>
    /// <param name="creditOf">What an account may use up, in its currency's major unit.</param>
    /// <param name="minimumOf">The least that the gateway charges in a currency, in its major unit.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyList<AnewFacts>> ReadAsync(IReadOnlyCollection<Invoice> issued, PriceBook prices, Func<Invoice, decimal> creditOf,
        Func<string, decimal> minimumOf, CancellationToken cancellationToken)
    {
        if (issued.Count == 0)
            return [];
        var (runId, period) = (issued.First().RunId, BillingPeriod.FromNumber(issued.First().Period));
        var ids = issued.Select(invoice => invoice.AccountId).ToList();
        var accounts = await db.Accounts.AsNoTracking().Where(account => ids.Contains(account.AccountId))
            .ToDictionaryAsync(account => account.AccountId, StringComparer.Ordinal, cancellationToken);
        var before = await BilledBeforeAsync(runId, period, ids, cancellationToken);
        var fees = await FeeDaysAsync([.. issued.Select(invoice => invoice.InvoiceId)], cancellationToken);

        var facts = new List<AnewFacts>();
        foreach (var alike in issued.GroupBy(invoice => before.GetValueOrDefault(invoice.AccountId)))
        {
            var inputs = await reader.ReadAsync([.. alike.Select(invoice => accounts[invoice.AccountId])], period, cancellationToken, after: alike.Key);
            facts.AddRange(alike.Select(invoice =>
            {
                // asked for by name, or issued already
                var account = accounts[invoice.AccountId] with { Tags = accounts[invoice.AccountId].Tags & ~ControlTags.AutoInvoicingOff };
                return new AnewFacts(invoice, account, inputs, () =>
                    inputs.FactsOf(account, period, prices, creditOf(invoice), minimumOf(account.Currency)) with
                    {
                        BilledThrough = alike.Key,
                        FeeDaysAnew = fees.TryGetValue(invoice.InvoiceId, out var days) ? days
                            : FeeDays.Of(account with { FeeThrough = null }, period, inputs.FirstPeriod)
                    });
            }));
        }

        return facts;
    }

    /// <summary>The days of the fee on an invoice: later invoices have billed from the day after them. One without a fee has the days of its month.</summary>
    async Task<Dictionary<Guid, FeeDays>> FeeDaysAsync(IReadOnlyCollection<Guid> invoiceIds, CancellationToken cancellationToken) =>
        await db.InvoiceLines.Where(line => invoiceIds.Contains(line.InvoiceId) && line.Source == LineSource.Fee).GroupBy(line => line.InvoiceId)
            .Select(fee => new { fee.Key, First = fee.Min(line => line.FirstDay), Last = fee.Max(line => line.LastDay) })
            .ToDictionaryAsync(fee => fee.Key, fee => new FeeDays(fee.First, fee.Last), cancellationToken);

    /// <summary>
    /// The last period that was invoiced before the invoice was, by account: what was used after it stood on the invoice, and stands on the new one.
    /// </summary>
    async Task<Dictionary<string, int>> BilledBeforeAsync(Guid runId, BillingPeriod period, IReadOnlyCollection<string> accountIds,
        CancellationToken cancellationToken) =>
        await (from earlier in db.AccountCloses
               join run in db.Runs on earlier.RunId equals run.CorrelationId
               join own in db.AccountCloses on new { RunId = runId, earlier.AccountId } equals new { own.RunId, own.AccountId }
               where accountIds.Contains(earlier.AccountId) && earlier.InvoicedAt != null && earlier.InvoicedAt < own.InvoicedAt && run.Period < period.Number
               group run.Period by earlier.AccountId
               into account
               select new { account.Key, Last = account.Max() }).ToDictionaryAsync(account => account.Key, account => account.Last, cancellationToken);
}

/// <param name="Issued">The invoice as it was issued.</param>
/// <param name="Account">Whose it is, as of today.</param>
/// <param name="Inputs">What was read for its account, among others.</param>
/// <param name="FactsOf">The facts of the invoice; it throws as <see cref="InvoiceInputs.FactsOf"/> does.</param>
sealed record AnewFacts(Invoice Issued, Account Account, InvoiceInputs Inputs, Func<InvoiceFacts> FactsOf);
