using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Seats;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Close.Invoicing;

/// <summary>What the invoices of some accounts follow from.</summary>
sealed record InvoiceInputs(ILookup<string, UsageGroup> Usage, ILookup<string, SeatLevel> Seats, ILookup<string, Invoice> Carried,
    IReadOnlySet<string> TooLarge)
{
    public IReadOnlyList<UsageGroup> UsageOf(string accountId) => TooLarge.Contains(accountId)
        ? throw new CannotCloseException("InvoiceFailed", "What it used adds up to more digits than an amount may have; look at its usage records.")
        : [.. Usage[accountId]];

    public IReadOnlyList<SeatLevel> SeatsOf(string accountId) => [.. Seats[accountId]];
    public IReadOnlyList<Invoice> CarriedOf(string accountId) => [.. Carried[accountId]];

    /// <param name="credit">What the account has with us, in its own currency.</param>
    /// <param name="gatewayMinimum">Less than this is not charged, in the account's currency.</param>
    /// <exception cref="CannotCloseException">What the account used is more than an amount may hold.</exception>
    public InvoiceFacts FactsOf(Account account, BillingPeriod period, PriceBook prices, decimal credit, decimal gatewayMinimum) => new()
    {
        Account = account,
        Period = period,
        Prices = prices,
        Usage = UsageOf(account.AccountId),
        SeatLevels = SeatsOf(account.AccountId),
        CarriedForward = CarriedOf(account.AccountId).Sum(invoice => invoice.Outstanding),
        Credit = credit,
        GatewayMinimum = gatewayMinimum
    };
}

/// <summary>Reads for many accounts at once. The caller holds the locks of the accounts, so nothing arrives in between.</summary>
sealed class InvoiceReader(MonthCloseDbContext db)
{
    /// <param name="accountIds">Whose invoices they are.</param>
    /// <param name="period">The month.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="after">The last period that was billed before, for an invoice that is computed anew; else each account says it.</param>
    public async Task<InvoiceInputs> ReadAsync(IReadOnlyCollection<string> accountIds, BillingPeriod period, CancellationToken cancellationToken,
        int? after = null)
    {
        var (usage, tooLarge) = await ReadUsageAsync(accountIds, period, after, cancellationToken);
        var seats = await db.SeatLevels.AsNoTracking()
            .Where(level => accountIds.Contains(level.AccountId) && level.FirstDay <= period.LastDay).ToListAsync(cancellationToken);
        var carried = await db.Invoices.AsNoTracking()
            .Where(invoice => accountIds.Contains(invoice.AccountId) && invoice.Status == InvoiceStatus.CarriedForward && invoice.CarriedTo == null
                && invoice.Period < period.Number)
            .ToListAsync(cancellationToken);

        return new InvoiceInputs(
            usage.ToLookup(group => group.AccountId, StringComparer.Ordinal),
            seats.ToLookup(level => level.AccountId, StringComparer.Ordinal),
            carried.ToLookup(invoice => invoice.AccountId, StringComparer.Ordinal), tooLarge);
    }

    /// <summary>The database adds up to any number of digits; a decimal holds 28. Whose sum is longer is read alone and named, and holds up no other.</summary>
    async Task<(List<UsageGroup> Usage, HashSet<string> TooLarge)> ReadUsageAsync(
        IReadOnlyCollection<string> accountIds, BillingPeriod period, int? after, CancellationToken cancellationToken)
    {
        try
        {
            return (await SumUsageAsync(accountIds, period, after, cancellationToken), []);
        }
        catch (Exception failure) when (failure is OverflowException or { InnerException: OverflowException })
        {
            if (accountIds.Count == 1)
                return ([], [.. accountIds]);
        }

        var (usage, tooLarge) = (new List<UsageGroup>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var half in accountIds.Chunk((accountIds.Count + 1) / 2))
        {
            var some = await ReadUsageAsync(half, period, after, cancellationToken);
            usage.AddRange(some.Usage);
            tooLarge.UnionWith(some.TooLarge);
        }

        return (usage, tooLarge);
    }

    async Task<List<UsageGroup>> SumUsageAsync(IReadOnlyCollection<string> accountIds, BillingPeriod period, int? after, CancellationToken cancellationToken)
    {
        // Everything after the last invoiced period: a month that was skipped is billed as an adjustment with its own dates.
        var unbilled = after is { } last
            ? db.Usage.Where(entry => accountIds.Contains(entry.AccountId) && entry.BillingPeriod > last)
            : from entry in db.Usage
              join account in db.Accounts on entry.AccountId equals account.AccountId
              where accountIds.Contains(account.AccountId) && entry.BillingPeriod > account.InvoicedThrough
              select entry;
        return await (
            from entry in unbilled
            where entry.BillingPeriod <= period.Number
            group entry by new
            {
                entry.AccountId,
                entry.PriceCode,
                entry.ServicePeriod,
                // Resources matter where hours are capped; rated costs are one line whatever the resource.
                ResourceId = entry.Cost == null ? entry.ResourceId : null,
                entry.Category,
                entry.ServiceName,
                entry.Sku,
                Rated = entry.Cost != null
            }
            into use
            select new UsageGroup
            {
                AccountId = use.Key.AccountId,
                PriceCode = use.Key.PriceCode,
                ServicePeriod = use.Key.ServicePeriod,
                ResourceId = use.Key.ResourceId,
                Category = use.Key.Category,
                ServiceName = use.Key.ServiceName,
                Sku = use.Key.Sku,
                Description = use.Min(entry => entry.Description) == use.Max(entry => entry.Description) ? use.Min(entry => entry.Description) : null,
                Quantity = use.Sum(entry => entry.Quantity),
                StartedHours = use.Sum(entry => entry.StartedHours),
                Cost = use.Key.Rated ? use.Sum(entry => entry.Cost) : null,
                FirstDay = use.Min(entry => entry.FirstDay),
                LastDay = use.Max(entry => entry.LastDay),
                Records = use.Count()
            }).ToListAsync(cancellationToken);
    }
}
