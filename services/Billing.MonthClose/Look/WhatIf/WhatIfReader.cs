using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Previews;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Seats;
using Billing.MonthClose.Close.Invoicing;
using Billing.MonthClose.Gateway;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Look.WhatIf;

/// <summary>
/// Computes a closed month twice from the same facts, by the rules of its run and by others, some hundred invoices at a time. It writes nothing and locks
/// nothing, so it may be asked beside a run.
/// </summary>
sealed class WhatIfReader(
    MonthCloseDbContext db, AnewReader anew, InvoiceDrafter drafter, PriceBookCache prices, IOptions<ClosingOptions> closing,
    IOptions<GatewayOptions> gateway)
{
    /// <summary>So many invoices are named.</summary>
    const int Named = 100;

    /// <returns>Null when the month was never closed.</returns>
    public async Task<WhatIfView?> ReadAsync(BillingPeriod period, IReadOnlyCollection<Price> instead, SeatRule seats, CancellationToken cancellationToken)
    {
        if (await db.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Period == period.Number, cancellationToken) is not { } run)
            return null;
        var book = await prices.OfRunAsync(db, run.PriceVersion, cancellationToken);
        var sums = new Sums();
        for (var after = ""; ;)
        {
            var page = await db.Invoices.AsNoTracking()
                .Where(invoice => invoice.RunId == run.CorrelationId && invoice.Status != InvoiceStatus.Voided && invoice.AccountId.CompareTo(after) > 0)
                .OrderBy(invoice => invoice.AccountId).Take(closing.Value.ChunkSize).ToListAsync(cancellationToken);
            if (page.Count == 0)
                break;
            var facts = await anew.ReadAsync(page, book, invoice => invoice.CreditApplied, gateway.Value.MinimumOf, cancellationToken);
            var before = await drafter.DraftAsync(facts.Select(one => (one.Account, one.FactsOf)), cancellationToken);
            var others = book.With(instead);
            var would = await drafter.DraftAsync(facts.Select(one => (one.Account, (Func<InvoiceFacts>)(() =>
            {
                var asBilled = one.FactsOf();
                return asBilled with { Prices = others, SeatLevels = asBilled.SeatLevels.By(seats, period) };
            }))), cancellationToken);
            for (var i = 0; i < facts.Count; i++)
                sums.Add(facts[i].Issued, EarnedBy(before[i]), EarnedBy(would[i]));
            after = page[^1].AccountId;
        }

        return sums.ToView(period);
    }

    /// <summary>What an invoice comes to, or why it cannot be computed.</summary>
    static (decimal? Earned, string? Reason) EarnedBy(Drafted drafted) => (drafted.Decision?.Earned, drafted.Cannot?.Message);

    /// <summary>Adds up while the month is walked through: what is kept does not grow with it.</summary>
    sealed class Sums
    {
        readonly SortedDictionary<string, WhatIfMoney> _money = new(StringComparer.Ordinal);
        readonly PriorityQueue<WhatIfAccount, decimal> _largest = new();
        int _invoices, _changed, _refused, _changedSince;

        public void Add(Invoice issued, (decimal? Earned, string? Reason) before, (decimal? Earned, string? Reason) after)
        {
            _invoices++;
            var (was, total) = (before.Earned ?? issued.Total - issued.Carried, issued.Total - issued.Carried);
            if (before.Earned != total)
                _changedSince++;
            if (after.Earned is null)
                _refused++;
            var sum = _money.GetValueOrDefault(issued.Currency) ?? new WhatIfMoney(issued.Currency, 0, 0, 0);
            _money[issued.Currency] = sum with { Issued = sum.Issued + total, Before = sum.Before + was, After = sum.After + (after.Earned ?? 0) };
            if (after.Earned == was)
                return;
            _changed++;
            _largest.Enqueue(new WhatIfAccount(issued.AccountId, issued.Number, issued.Currency, was, after.Earned, after.Reason),
                after.Earned is { } would ? Math.Abs(would - was) : decimal.MaxValue);
            if (_largest.Count > Named)
                _largest.Dequeue();
        }

        public WhatIfView ToView(BillingPeriod period) => new()
        {
            Period = period.ToString(),
            Invoices = _invoices,
            Changed = _changed,
            Refused = _refused,
            ChangedSince = _changedSince,
            Money = [.. _money.Values],
            Largest = [.. _largest.UnorderedItems.OrderByDescending(one => one.Priority).ThenBy(one => one.Element.AccountId, StringComparer.Ordinal)
                .Select(one => one.Element)]
        };
    }
}
