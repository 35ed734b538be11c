using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Previews;
using Billing.MonthClose.Books.Taxes;

namespace Billing.MonthClose.Close.Invoicing;

/// <summary>Computes invoices: the lines of each account, the tax of all of them in one question, and what becomes of each. It writes nothing.</summary>
sealed class InvoiceDrafter(ITaxCalculator taxes)
{
    /// <returns>One for each account, in their order.</returns>
    public async Task<IReadOnlyList<Drafted>> DraftAsync(IEnumerable<(Account Account, Func<InvoiceFacts> FactsOf)> accounts,
        CancellationToken cancellationToken)
    {
        var drawn = accounts.Select(one => DrawnLines.Of(one.Account, one.FactsOf)).ToList();
        var asked = taxes.IsOn ? drawn.Select(one => one.ToTax).OfType<TaxRequest>().ToList() : [];
        if (asked.Count == 0)
            return drawn.ConvertAll(one => one.Decide(null));
        var answers = asked.Zip(await taxes.ComputeAsync(asked, cancellationToken))
            .ToDictionary(pair => pair.First.AccountId, pair => pair.Second, StringComparer.Ordinal);
        return drawn.ConvertAll(one => one.Decide(answers.GetValueOrDefault(one.Account.AccountId)));
    }
}
