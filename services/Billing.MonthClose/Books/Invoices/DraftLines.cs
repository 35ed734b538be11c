using Billing.Hosting.Texts;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Pricing;

namespace Billing.MonthClose.Books.Invoices;

/// <summary>The lines that each kind of fact makes. Each is rounded once, here.</summary>
static class DraftLines
{
    public const string SeatPriceCode = "seat";

    /// <summary>The recurring fee, for the term that ends in the month, by the days on which the account was a customer.</summary>
    public static IEnumerable<DraftLine> Fee(InvoiceFacts facts)
    {
        if (facts.Account.FeePriceCode is not { } code || facts.Account.ClosedOn < facts.Period.FirstDay)
            yield break;
        var term = DaySpan.TermEndingIn(facts.Period, facts.Account.AnchorDay);
        if (term.Overlap(facts.Account.JoinedOn, facts.Account.ClosedOn) is { } used)
            yield return Prorated(facts, "fee", PriceOf(facts, code), 1, used, term);

        // The term that closing cuts short is billed in the month of the closing: no later month looks at a closed account's fee.
        if (facts.Account.ClosedOn is { } closed && closed > term.LastDay && closed <= facts.Period.LastDay)
        {
            var rest = DaySpan.TermEndingIn(facts.Period.Next, facts.Account.AnchorDay);
            if (rest.Overlap(facts.Account.JoinedOn, closed) is { } tail)
                yield return Prorated(facts, "fee", PriceOf(facts, code), 1, tail, rest);
        }
    }

    public static IEnumerable<DraftLine> Usage(InvoiceFacts facts)
    {
        var current = facts.Period.Number;
        foreach (var priced in facts.Usage.Where(group => group.Cost is null)
                     .GroupBy(group => (group.PriceCode, group.ServicePeriod))
                     .OrderBy(groups => groups.Key.PriceCode, StringComparer.Ordinal).ThenBy(groups => groups.Key.ServicePeriod))
        {
            var price = PriceOf(facts, priced.Key.PriceCode!);
            var rated = Rating.Rate(price, [.. priced.Select(group => new ResourceUse(group.ResourceId, group.Quantity, group.StartedHours))]);
            var late = priced.Key.ServicePeriod < current;
            yield return new DraftLine
            {
                Kind = late ? "adjustment" : "usage",
                Description = late ? $"{price.Description} (used in {BillingPeriod.FromNumber(priced.Key.ServicePeriod)})" : price.Description,
                Price = price,
                Quantity = rated.Quantity,
                UnitPrice = rated.UnitPrice,
                Days = late ? new DaySpan(priced.Min(group => group.FirstDay), priced.Max(group => group.LastDay)) : facts.Period.Span,
                Formula = rated.Formula,
                Amount = Currencies.Round(rated.Amount, facts.Account.Currency)
            };
        }

        // Costs that came rated: one line for each category, service and SKU, summed exactly and rounded once.
        foreach (var rated in facts.Usage.Where(group => group.Cost is not null)
                     .GroupBy(group => (group.Category, group.ServiceName, group.Sku, group.ServicePeriod))
                     .OrderBy(groups => groups.Key.Category, StringComparer.Ordinal).ThenBy(groups => groups.Key.ServiceName, StringComparer.Ordinal)
                     .ThenBy(groups => groups.Key.Sku, StringComparer.Ordinal).ThenBy(groups => groups.Key.ServicePeriod))
        {
            var cost = rated.Sum(group => group.Cost!.Value);
            var late = rated.Key.ServicePeriod < current;
            yield return new DraftLine
            {
                Kind = late ? "adjustment" : "usage",
                Description = NameOf(rated.Key.Category, rated.Key.ServiceName, rated.Key.Sku, rated.Select(group => group.Description)),
                Quantity = rated.Sum(group => group.Quantity),
                UnitPrice = 0,
                Days = new DaySpan(rated.Min(group => group.FirstDay), rated.Max(group => group.LastDay)),
                Formula = $"sum of {rated.Sum(group => group.Records)} rated records = {Rating.Plain(cost)}",
                Amount = Currencies.Round(cost, facts.Account.Currency)
            };
        }
    }

    /// <summary>Seats above those bought, for the days on which they were owed and the account was a customer.</summary>
    // owed   0        1               3
    //        |--------|///////////////|XXXXXXXX|     a line for each stretch with the same number
    //     first day                        last day
    public static IEnumerable<DraftLine> Seats(InvoiceFacts facts)
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
                if (levels[i].SeatsOwed > 0 && facts.Period.Span.Overlap(levels[i].FirstDay, until)?.Overlap(facts.Account.JoinedOn,
                    facts.Account.ClosedOn) is { } owed)
                    yield return Prorated(facts, "seats", PriceOf(facts, SeatPriceCode), levels[i].SeatsOwed, owed, facts.Period.Span);
            }
        }
    }

    public static DraftLine CarriedForward(InvoiceFacts facts) => new()
    {
        Kind = "carried-forward",
        Description = "Carried forward from earlier invoices",
        Quantity = 1,
        UnitPrice = facts.CarriedForward,
        Days = facts.Period.Span,
        Formula = "amounts too small to be charged when they were invoiced",
        Amount = facts.CarriedForward
    };

    static DraftLine Prorated(InvoiceFacts facts, string kind, Price price, int quantity, DaySpan used, DaySpan whole)
    {
        var full = used.Days == whole.Days;
        return new DraftLine
        {
            Kind = kind,
            Description = price.Description,
            Price = price,
            Quantity = quantity,
            UnitPrice = price.UnitPrice,
            Days = used,
            Formula = $"{quantity} × {Rating.Plain(price.UnitPrice)}{(full ? "" : $" × {used.Days}/{whole.Days} days")}",
            Amount = Currencies.Round(quantity * price.UnitPrice * DaySpan.Share(used.Days, whole.Days), facts.Account.Currency)
        };
    }

    static string NameOf(string? category, string? service, string? sku, IEnumerable<string?> descriptions)
    {
        var texts = descriptions.Distinct().Take(2).ToList();
        var what = string.Join(" / ", new[] { category, service, sku }.Where(part => !string.IsNullOrEmpty(part)));
        var name = texts is [{ Length: > 0 } only] ? what.Length == 0 ? only : $"{what}: {only}" : what.Length == 0 ? "Rated use" : what;
        return name.ShortenedTo(400);
    }

    static Price PriceOf(InvoiceFacts facts, string code) =>
        facts.Prices.Find(code, facts.Account.Currency)
        ?? throw new CannotCloseException("PriceMissing", $"There is no price for \"{code}\" in {facts.Account.Currency}. Set one with SetPrice, then unpark "
            + $"the account.");
}
