using Billing.Hosting.Identity;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Books.Charges;

/// <summary>
/// Credit that comes after an invoice was issued pays open invoices, the oldest first, in the transaction that brings it: nobody is charged, dunned or
/// held for what his own credit covers.
/// </summary>
/// <remarks>An invoice with a charge under way is left alone: its money may be on its way. The next try looks again.</remarks>
public sealed class CreditUse(MonthCloseDbContext db, LedgerBook ledger, IBulkWriter bulk, AuditTrail audit)
{
    /// <param name="accountIds">Whose credit may have grown; the caller holds their locks.</param>
    /// <param name="at">Now.</param>
    /// <param name="cancellationToken">Of the message.</param>
    /// <returns>What was paid with it; the caller says so.</returns>
    public async Task<IReadOnlyList<UsedCredit>> SpreadAsync(IReadOnlyCollection<string> accountIds, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (accountIds.Count == 0)
            return [];
        var balances = (await ledger.LockAsync(accountIds, cancellationToken)).Values.Where(balance => balance is { Credit: > 0, Owed: > 0 })
            .ToDictionary(balance => balance.AccountId, StringComparer.Ordinal);
        if (balances.Count == 0)
            return [];
        var open = await db.Invoices.AsNoTracking()
            .Where(invoice => balances.Keys.Contains(invoice.AccountId) && invoice.Status == InvoiceStatus.Open
                && !db.Charges.Any(charge => charge.InvoiceId == invoice.InvoiceId
                    && (charge.State == ChargeState.Pending || charge.State == ChargeState.Unknown)))
            .OrderBy(invoice => invoice.Period).ThenBy(invoice => invoice.IssuedAt).ToListAsync(cancellationToken);
        var used = balances.Values.SelectMany(balance => Spread(balance, open.FindAll(invoice => invoice.AccountId == balance.AccountId), at)).ToList();
        await WriteAsync(used, at, cancellationToken);
        return used;
    }

    /// <summary>Decides alone: the oldest first, until the credit or the debt is used up.</summary>
    public static IEnumerable<UsedCredit> Spread(AccountBalance balance, IEnumerable<Invoice> oldestFirst, DateTimeOffset at)
    {
        var left = Math.Min(balance.Credit, balance.Owed);
        foreach (var invoice in oldestFirst)
        {
            var part = Math.Min(left, invoice.Open);
            if (part <= 0)
                continue;
            left -= part;
            yield return new UsedCredit(invoice, invoice.Reduce(part, at) with { CreditUsedLater = invoice.CreditUsedLater + part }, part);
        }
    }

    async Task WriteAsync(List<UsedCredit> used, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (used.Count == 0)
            return;
        await ledger.AppendAsync(used.ConvertAll(one => Posting.OfCreditUse(one.Id, one.Before, new Money(one.Amount, one.Before.Currency), at)),
            cancellationToken);
        await bulk.UpdateAsync(db, used.ConvertAll(one => one.After), x => new { x.AmountReduced, x.CreditUsedLater, x.Status, x.PaidAt, x.Version },
            cancellationToken);
        await audit.WriteAsync(used.ConvertAll(one => audit.Entry(one.Before.AccountId, AuditSubject.Invoice, one.Before.InvoiceId, "paid by credit",
            "credit came after it was issued", new { one.Before.Status, Open = one.Before.Owed }, new { one.After.Status, Open = one.After.Owed, one.Amount })),
            cancellationToken);
    }
}

/// <summary>Credit that paid for some of an invoice after it was issued.</summary>
public sealed record UsedCredit(Invoice Before, Invoice After, decimal Amount)
{
    /// <summary>One for each version of an invoice: the same credit is used once.</summary>
    public Guid Id => DeterministicGuid.Of($"credit-use:{Before.InvoiceId}:{Before.Version}");
}
