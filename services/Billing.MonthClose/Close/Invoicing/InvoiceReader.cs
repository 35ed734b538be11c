using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Seats;
using Billing.MonthClose.Books.Usage;
using Billing.MonthClose.Gateway.Stripe;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Close.Invoicing;

/// <summary>What the invoices of some accounts follow from.</summary>
sealed record InvoiceInputs(ILookup<string, UsageGroup> Usage, ILookup<string, SeatLevel> Seats, ILookup<string, Invoice> Carried,
    IReadOnlySet<string> TooLarge)
{
    /// <summary>What was billed before of the months of which something came late.</summary>
    public EarlierMonths Earlier { get; init; } = EarlierMonths.None;

    /// <summary>The first month that was ever closed here.</summary>
    public required BillingPeriod FirstPeriod { get; init; }

    public IReadOnlyList<UsageGroup> UsageOf(string accountId) => TooLarge.Contains(accountId)
        ? throw new CannotCloseException("InvoiceFailed", "What it used adds up to more digits than an amount may have; look at its usage records.")
        : [.. Usage[accountId]];

    public IReadOnlyList<Invoice> CarriedOf(string accountId) => [.. Carried[accountId]];

    /// <param name="account">Whose invoice it is.</param>
    /// <param name="period">Its month.</param>
    /// <param name="prices">The list of its run.</param>
    /// <param name="credit">What the account has with us, in its own currency.</param>
    /// <param name="gatewayMinimum">Less than this is not charged, in the account's currency.</param>
    /// <exception cref="CannotCloseException">What the account used is more than an amount may hold.</exception>
    public InvoiceFacts FactsOf(Account account, BillingPeriod period, PriceBook prices, decimal credit, decimal gatewayMinimum) => new()
    {
        Account = account,
        Period = period,
        Prices = prices,
        EarlierPrices = Earlier.Prices,
        BilledThrough = account.InvoicedThrough,
        FirstPeriod = FirstPeriod,
        Usage = UsageOf(account.AccountId),
        UsageBefore = [.. Earlier.Usage[account.AccountId]],
        Billed = [.. Earlier.Billed[account.AccountId]],
        SeatLevels = [.. Seats[account.AccountId]],
        CarriedForward = CarriedOf(account.AccountId).Sum(invoice => invoice.Outstanding),
        Credit = credit,
        GatewayMinimum = gatewayMinimum,
        GatewayStep = StripeAmount.StepOf(account.Currency)
    };
}

/// <summary>What is known of months before the invoice's own. Read only where something came late.</summary>
sealed record EarlierMonths(ILookup<string, UsageGroup> Usage, ILookup<string, BilledBefore> Billed, IReadOnlyDictionary<int, PriceBook> Prices)
{
    public static readonly EarlierMonths None = new(
        Array.Empty<UsageGroup>().ToLookup(group => group.AccountId), Array.Empty<BilledBefore>().ToLookup(one => one.AccountId),
        new Dictionary<int, PriceBook>());
}

/// <summary>Reads for many accounts at once. The caller holds the locks of the accounts, so nothing arrives in between.</summary>
sealed class InvoiceReader(MonthCloseDbContext db, PriceBookCache prices)
{
    /// <param name="accounts">Whose invoices they are; their rows are locked.</param>
    /// <param name="period">The month.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="after">The last period that was billed before, for an invoice that is computed anew; else each account says it.</param>
    public async Task<InvoiceInputs> ReadAsync(IReadOnlyCollection<Account> accounts, BillingPeriod period, CancellationToken cancellationToken,
        int? after = null)
    {
        var accountIds = accounts.Select(account => account.AccountId).ToList();
        var billedThrough = accounts.ToDictionary(account => account.AccountId, account => after ?? account.InvoicedThrough, StringComparer.Ordinal);
        var (usage, tooLarge) = await SumAsync(accountIds, billedThrough, (some, last) => db.Usage.Where(entry => some.Contains(entry.AccountId)
            && entry.BillingPeriod > last && entry.BillingPeriod <= period.Number), cancellationToken);
        var zones = accounts.ToDictionary(account => account.AccountId, account => account.TimeZone, StringComparer.Ordinal);
        var seats = (await db.SeatLevels.AsNoTracking().Where(level => accountIds.Contains(level.AccountId)
                && (level.IsEarly || (level.FirstDay <= period.LastDay && level.BillingPeriod <= period.Number))).ToListAsync(cancellationToken))
            .ConvertAll(level => level.In(zones[level.AccountId])).FindAll(level => level.FirstDay <= period.LastDay);
        var carried = await db.Invoices.AsNoTracking()
            .Where(invoice => accountIds.Contains(invoice.AccountId) && invoice.Status == InvoiceStatus.CarriedForward && invoice.CarriedTo == null
                && invoice.Period < period.Number)
            .ToListAsync(cancellationToken);
        var lateSeats = seats.Where(level => level.BillingPeriod > billedThrough[level.AccountId]
            && BillingPeriod.Containing(level.FirstDay).Number <= billedThrough[level.AccountId]).ToList();
        var (earlier, alsoTooLarge) = await ReadEarlierAsync(usage, lateSeats, period, billedThrough, cancellationToken);
        tooLarge.UnionWith(alsoTooLarge);

        return new InvoiceInputs(
            usage.ToLookup(group => group.AccountId, StringComparer.Ordinal),
            seats.ToLookup(level => level.AccountId, StringComparer.Ordinal),
            carried.ToLookup(invoice => invoice.AccountId, StringComparer.Ordinal), tooLarge)
        {
            Earlier = earlier,
            // a month that is only looked at may be the first one
            FirstPeriod = BillingPeriod.FromNumber(Math.Min(period.Number, await db.Runs.MinAsync(run => (int?)run.Period, cancellationToken) ?? period.Number))
        };
    }

    /// <summary>A late record, or a late level, is compared with what was billed of its month; most chunks have none.</summary>
    async Task<(EarlierMonths Earlier, HashSet<string> TooLarge)> ReadEarlierAsync(
        List<UsageGroup> usage, List<SeatLevel> lateSeats, BillingPeriod period, IReadOnlyDictionary<string, int> billedThrough,
        CancellationToken cancellationToken)
    {
        var lateUsage = usage.Where(group => group.Cost is null && group.ServicePeriod < period.Number).ToList();
        if (lateUsage.Count == 0 && lateSeats.Count == 0)
            return (EarlierMonths.None, []);

        var months = lateUsage.Select(group => group.ServicePeriod).Distinct().ToList();
        var (before, tooLarge) = await SumAsync(lateUsage.Select(group => group.AccountId).ToHashSet(), billedThrough, (some, last) => db.Usage.Where(entry =>
            some.Contains(entry.AccountId) && entry.BillingPeriod <= last && months.Contains(entry.ServicePeriod) && entry.Cost == null), cancellationToken);
        var first = Math.Min(months.DefaultIfEmpty(period.Number).Min(),
            lateSeats.Select(level => BillingPeriod.Containing(level.FirstDay).Number).DefaultIfEmpty(period.Number).Min());
        var late = lateUsage.Select(group => group.AccountId).Concat(lateSeats.Select(level => level.AccountId)).ToHashSet();
        var billed = await (
            from line in db.InvoiceLines
            join invoice in db.Invoices on line.InvoiceId equals invoice.InvoiceId
            where late.Contains(invoice.AccountId) && invoice.Status != InvoiceStatus.Voided && invoice.Period < period.Number && line.ServicePeriod >= first
                && (line.Source == LineSource.Usage || line.Source == LineSource.Seats)
            group line by new { invoice.AccountId, line.Source, line.PriceCode, line.ServicePeriod }
            into sum
            select new BilledBefore(sum.Key.AccountId, sum.Key.Source, sum.Key.PriceCode, sum.Key.ServicePeriod, sum.Sum(line => line.Amount))
            {
                PriceVersion = sum.Max(line => line.PriceVersion)
            }).ToListAsync(cancellationToken);
        var versions = billed.Select(one => one.PriceVersion).OfType<long>().Distinct().ToList();
        var asBilled = await db.Prices.AsNoTracking().Where(price => versions.Contains(price.Version))
            .ToDictionaryAsync(price => price.Version, cancellationToken);
        billed = billed.ConvertAll(one => one with { Price = asBilled.GetValueOrDefault(one.PriceVersion ?? 0) });

        var books = new Dictionary<int, PriceBook>();
        foreach (var run in await db.Runs.AsNoTracking().Where(run => run.Period >= first && run.Period < period.Number)
            .Select(run => new { run.Period, run.PriceVersion }).ToListAsync(cancellationToken))
            books[run.Period] = await prices.OfRunAsync(db, run.PriceVersion, cancellationToken);
        return (new EarlierMonths(before.ToLookup(group => group.AccountId, StringComparer.Ordinal),
            billed.ToLookup(one => one.AccountId, StringComparer.Ordinal), books), tooLarge);
    }

    /// <summary>
    /// Accounts that are billed up to the same month are read together, by the index of account and month: with that month from a join the database may read
    /// all that an account has ever used. A month that was skipped is read with the rest, and billed as an adjustment with its own dates.
    /// </summary>
    static async Task<(List<UsageGroup> Usage, HashSet<string> TooLarge)> SumAsync(IReadOnlyCollection<string> accountIds,
        IReadOnlyDictionary<string, int> billedThrough, Func<IReadOnlyCollection<string>, int, IQueryable<UsageEntry>> of, CancellationToken cancellationToken)
    {
        var (usage, tooLarge) = (new List<UsageGroup>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var alike in accountIds.GroupBy(id => billedThrough[id]))
        {
            var some = await SumAsync([.. alike], ids => of(ids, alike.Key), cancellationToken);
            usage.AddRange(some.Usage);
            tooLarge.UnionWith(some.TooLarge);
        }

        return (usage, tooLarge);
    }

    /// <summary>The database adds up to any number of digits; a decimal holds 28. Whose sum is longer is read alone and named, and holds up no other.</summary>
    static async Task<(List<UsageGroup> Usage, HashSet<string> TooLarge)> SumAsync(
        string[] accountIds, Func<IReadOnlyCollection<string>, IQueryable<UsageEntry>> of, CancellationToken cancellationToken)
    {
        if (accountIds.Length == 0)
            return ([], []);
        try
        {
            return (await Groups(of(accountIds)).ToListAsync(cancellationToken), []);
        }
        catch (Exception failure) when (failure is OverflowException or { InnerException: OverflowException })
        {
            if (accountIds.Length == 1)
                return ([], [.. accountIds]);
        }

        var (usage, tooLarge) = (new List<UsageGroup>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var half in accountIds.Chunk((accountIds.Length + 1) / 2))
        {
            var some = await SumAsync(half, of, cancellationToken);
            usage.AddRange(some.Usage);
            tooLarge.UnionWith(some.TooLarge);
        }

        return (usage, tooLarge);
    }

    static IQueryable<UsageGroup> Groups(IQueryable<UsageEntry> entries) =>
        from entry in entries
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
            Records = use.Count(entry => entry.Part == 0)
        };
}
