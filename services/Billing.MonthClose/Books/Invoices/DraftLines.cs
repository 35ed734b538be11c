using Billing.Hosting.Texts;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Taxes;

namespace Billing.MonthClose.Books.Invoices;

/// <summary>The lines that each kind of fact makes. Each is rounded once, here.</summary>
static class DraftLines
{
    public const string SeatPriceCode = "seat";

    /// <summary>Kind of a line for a month before the invoice's own.</summary>
    const string Adjustment = "adjustment";

    /// <summary>The recurring fee for the days that are not billed yet; a line for each term.</summary>
    public static IEnumerable<DraftLine> Fee(InvoiceFacts facts) =>
        facts.Account.FeePriceCode is not { } code ? []
        : facts.FeeDays.Terms(facts.Account.AnchorDay).Select(part => Prorated(facts, "fee", LineSource.Fee,
            PriceOf(facts, code, facts.Period), 1, part.Days, part.Term));

    public static IEnumerable<DraftLine> Usage(InvoiceFacts facts)
    {
        foreach (var priced in facts.Usage.Where(group => group.Cost is null)
                     .GroupBy(group => (PriceCode: group.PriceCode!, group.ServicePeriod))
                     .OrderBy(groups => groups.Key.PriceCode, StringComparer.Ordinal).ThenBy(groups => groups.Key.ServicePeriod))
        {
            var month = BillingPeriod.FromNumber(priced.Key.ServicePeriod);
            var price = PriceOf(facts, priced.Key.PriceCode, month);
            // A part of a record that lies in another month than its start counts for prices by the hour only.
            if (price.Model != PriceModel.Hourly && priced.Sum(group => group.Records) == 0)
                continue;
            yield return month < facts.Period ? LateUsage(facts, price, month, [.. priced]) : UsageOfMonth(facts, price, [.. priced]);
        }

        // Costs that came rated: one line for each category, service and SKU, summed exactly and rounded once.
        foreach (var rated in facts.Usage.Where(group => group.Cost is not null)
                     .GroupBy(group => (group.Category, group.ServiceName, group.Sku, group.ServicePeriod))
                     .OrderBy(groups => groups.Key.Category, StringComparer.Ordinal).ThenBy(groups => groups.Key.ServiceName, StringComparer.Ordinal)
                     .ThenBy(groups => groups.Key.Sku, StringComparer.Ordinal).ThenBy(groups => groups.Key.ServicePeriod))
        {
            var cost = rated.Sum(group => group.Cost!.Value);
            yield return new DraftLine
            {
                Kind = rated.Key.ServicePeriod < facts.Period.Number ? Adjustment : "usage",
                Source = LineSource.RatedCost,
                ServicePeriod = rated.Key.ServicePeriod,
                Description = NameOf(rated.Key.Category, rated.Key.ServiceName, rated.Key.Sku, rated.Select(group => group.Description)),
                Quantity = rated.Sum(group => group.Quantity),
                UnitPrice = 0,
                Days = new DaySpan(rated.Min(group => group.FirstDay), rated.Max(group => group.LastDay)),
                Formula = $"sum of {rated.Sum(group => group.Records)} rated records = {Rating.Plain(cost)}",
                Amount = Currencies.Round(cost, facts.Account.Currency),
                TaxCategory = string.Equals(rated.Key.Category, TaxRate.TaxCategory, StringComparison.OrdinalIgnoreCase) ? TaxRate.TaxCategory
                    : Price.StandardTaxCategory
            };
        }
    }

    static DraftLine UsageOfMonth(InvoiceFacts facts, Price price, List<UsageGroup> used)
    {
        var rated = Rating.Rate(price, [.. used.Select(ToUse)]);
        return new DraftLine
        {
            Kind = "usage",
            Source = LineSource.Usage,
            ServicePeriod = facts.Period.Number,
            Description = price.Description,
            Price = price,
            Quantity = rated.Quantity,
            UnitPrice = rated.UnitPrice,
            Days = facts.Period.Span,
            Formula = rated.Formula,
            Amount = Currencies.Round(rated.Amount, facts.Account.Currency),
            TaxCategory = price.TaxCategory
        };
    }

    /// <summary>What came late is billed as the difference: its month rated anew with all that was used, less what was billed for it before.</summary>
    static DraftLine LateUsage(InvoiceFacts facts, Price price, BillingPeriod month, List<UsageGroup> late)
    {
        var before = facts.UsageBefore.Where(group => group.PriceCode == price.PriceCode && group.ServicePeriod == month.Number).ToList();
        var billed = facts.BilledOf(LineSource.Usage, price.PriceCode, month.Number);
        var rated = Rating.Rate(price, [.. late.Concat(before).Select(ToUse)]);
        var added = rated.Quantity - (before.Count == 0 ? 0 : Rating.Rate(price, [.. before.Select(ToUse)]).Quantity);
        return new DraftLine
        {
            Kind = Adjustment,
            Source = LineSource.Usage,
            ServicePeriod = month.Number,
            Description = $"{price.Description} (used in {month})",
            Price = price,
            Quantity = added,
            UnitPrice = rated.UnitPrice,
            Days = new DaySpan(late.Min(group => group.FirstDay), late.Max(group => group.LastDay)),
            Formula = Less(rated.Formula, billed),
            Amount = Currencies.Round(rated.Amount, facts.Account.Currency) - billed,
            TaxCategory = price.TaxCategory
        };
    }

    static ResourceUse ToUse(UsageGroup group) => new(group.ResourceId, group.Quantity, group.StartedHours);

    static string Less(string formula, decimal billed) => billed == 0 ? formula : $"{formula} − {Rating.Plain(billed)} billed before";

    /// <summary>Seats above those bought: of the month, of months that no invoice has billed, and the difference that levels told late make.</summary>
    public static IEnumerable<DraftLine> Seats(InvoiceFacts facts) =>
        facts.SeatLevels.Count == 0 ? []
        : [
            .. LateSeats(facts),
            .. facts.Skipped.SelectMany(month => SeatsOf(facts, month, facts.Period).Select(line => line with { Kind = Adjustment })),
            .. SeatsOf(facts, facts.Period, facts.Period)
        ];

    /// <summary>Seats for the days on which they were owed and the account was a customer.</summary>
    // owed   0        1               3
    //        |--------|///////////////|XXXXXXXX|     a line for each stretch with the same number
    //     first day                        last day
    static IEnumerable<DraftLine> SeatsOf(InvoiceFacts facts, BillingPeriod month, BillingPeriod pricedBy)
    {
        foreach (var subscription in facts.SeatLevels.GroupBy(level => level.SubscriptionId).OrderBy(levels => levels.Key, StringComparer.Ordinal))
        {
            // The latest count of a day stands for the day; one that owes as many as the day before, because only somebody else sits there, begins no line.
            var days = subscription.GroupBy(level => level.FirstDay).Select(day => day.MaxBy(level => level.Version)!).OrderBy(level => level.FirstDay)
                .ToList();
            var levels = days.Where((level, i) => i == 0 || level.SeatsOwed != days[i - 1].SeatsOwed).ToList();
            for (var i = 0; i < levels.Count; i++)
            {
                var until = i + 1 < levels.Count ? levels[i + 1].FirstDay.AddDays(-1) : (DateOnly?)null;
                if (levels[i].SeatsOwed > 0 && month.Span.Overlap(levels[i].FirstDay, until)?.Overlap(facts.Account.JoinedOn,
                    facts.Account.ClosedOn) is { } owed)
                    yield return Prorated(facts, "seats", LineSource.Seats, PriceOf(facts, SeatPriceCode, pricedBy), levels[i].SeatsOwed, owed, month.Span);
            }
        }
    }

    /// <summary>Levels that were told after their month was billed: each such month is computed anew, less what was billed for it before.</summary>
    static IEnumerable<DraftLine> LateSeats(InvoiceFacts facts)
    {
        var late = facts.SeatLevels.Where(level => level.BillingPeriod > facts.BilledThrough && facts.BilledThrough > 0
            && BillingPeriod.Containing(level.FirstDay).Number <= facts.BilledThrough).ToList();
        if (late.Count == 0)
            yield break;
        var (first, told) = (facts.FirstPeriod ?? facts.Period, BillingPeriod.Containing(late.Min(level => level.FirstDay)));
        for (var month = told < first ? first : told; month.Number <= facts.BilledThrough; month = month.Next)
        {
            var anew = SeatsOf(facts, month, month).ToList();
            var billed = facts.BilledOf(LineSource.Seats, SeatPriceCode, month.Number);
            var difference = anew.Sum(line => line.Amount) - billed;
            if (difference == 0)
                continue;
            var price = PriceOf(facts, SeatPriceCode, month);
            var begin = month == told ? late.Min(level => level.FirstDay) : month.FirstDay;
            yield return new DraftLine
            {
                Kind = Adjustment,
                Source = LineSource.Seats,
                ServicePeriod = month.Number,
                Description = $"{price.Description} (owed in {month})",
                Price = price,
                Quantity = 1,
                UnitPrice = difference,
                Days = new DaySpan(begin, month.LastDay),
                Formula = Less(anew.Count == 0 ? "0" : string.Join(" + ", anew.Select(line => line.Formula)), billed),
                Amount = difference,
                TaxCategory = price.TaxCategory
            };
        }
    }

    public static DraftLine CarriedForward(InvoiceFacts facts) => new()
    {
        Kind = "carried-forward",
        Source = LineSource.CarriedForward,
        ServicePeriod = facts.Period.Number,
        Description = "Carried forward from earlier invoices",
        Quantity = 1,
        UnitPrice = facts.CarriedForward,
        Days = facts.Period.Span,
        Formula = "amounts too small to be charged when they were invoiced",
        Amount = facts.CarriedForward
    };

    /// <summary>
    /// What is added or taken off so that the amount due can be charged; null when it can be as it is. Half a step goes up. Who pays by hand is asked for
    /// the same amount: the tag may go before the money comes.
    /// </summary>
    // due     12.344  12.345         steps of 0.010 KWD
    //         |<------|------>|
    //         12.340          12.350
    public static DraftLine? Rounding(InvoiceFacts facts, decimal due)
    {
        if (facts.GatewayStep <= 0 || due % facts.GatewayStep == 0)
            return null;
        var rounded = Math.Round(due / facts.GatewayStep, MidpointRounding.AwayFromZero) * facts.GatewayStep;
        return new DraftLine
        {
            Kind = "rounding",
            Source = LineSource.Rounding,
            ServicePeriod = facts.Period.Number,
            Description = "Rounding to an amount that can be charged",
            Quantity = 1,
            UnitPrice = rounded - due,
            Days = facts.Period.Span,
            Formula = $"{Rating.Plain(due)} due, to a multiple of {Rating.Plain(facts.GatewayStep)}",
            Amount = rounded - due
        };
    }

    static DraftLine Prorated(InvoiceFacts facts, string kind, LineSource source, Price price, int quantity, DaySpan used, DaySpan whole)
    {
        var full = used.Days == whole.Days;
        return new DraftLine
        {
            Kind = kind,
            Source = source,
            ServicePeriod = BillingPeriod.Containing(used.LastDay).Number,
            Description = price.Description,
            Price = price,
            Quantity = quantity,
            UnitPrice = price.UnitPrice,
            Days = used,
            Formula = $"{quantity} × {Rating.Plain(price.UnitPrice)}{(full ? "" : $" × {used.Days}/{whole.Days} days")}",
            Amount = Currencies.Round(DaySpan.Prorate(quantity * price.UnitPrice, used.Days, whole.Days), facts.Account.Currency),
            TaxCategory = price.TaxCategory
        };
    }

    static string NameOf(string? category, string? service, string? sku, IEnumerable<string?> descriptions)
    {
        var texts = descriptions.Distinct().Take(2).ToList();
        var what = string.Join(" / ", new[] { category, service, sku }.Where(part => !string.IsNullOrEmpty(part)));
        var name = texts is [{ Length: > 0 } only] ? what.Length == 0 ? only : $"{what}: {only}" : what.Length == 0 ? "Rated use" : what;
        return name.ShortenedTo(400);
    }

    /// <summary>
    /// As it was billed before; else by the list of the month in which it was used, as its run had it; else by the invoice's own list.
    /// </summary>
    static Price PriceOf(InvoiceFacts facts, string code, BillingPeriod month) =>
        facts.Billed.FirstOrDefault(one => one.PriceCode == code && one.ServicePeriod == month.Number)?.Price
        ?? facts.EarlierPrices.GetValueOrDefault(month.Number, facts.Prices).Find(code, facts.Account.Currency)
        ?? throw new CannotCloseException("PriceMissing", $"There is no price for \"{code}\" in {facts.Account.Currency}. Set one with SetPrice, then unpark "
            + $"the account.");
}
