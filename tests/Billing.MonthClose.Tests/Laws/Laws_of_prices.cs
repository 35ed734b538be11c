using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Pricing;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Billing.MonthClose.Tests.Laws;

public class Laws_of_prices
{
    static readonly Gen<Tier[]> Tiers =
        from count in Gen.Choose(1, 5)
        from widths in Gen.Choose(1, 500).ArrayOf(count)
        from prices in Law.Fine(9).ArrayOf(count)
        from flats in Gen.Frequency((2, Gen.Constant(0m)), (1, Law.Money(2000))).ArrayOf(count)
        select Enumerable.Range(0, count).Select(i => new Tier(i == count - 1 ? null : widths.Take(i + 1).Sum(), prices[i], flats[i])).ToArray();

    static readonly Gen<string> Currency = Gen.Elements("USD", "JPY", "KWD", "CLF");

    [Fact]
    public void A_graduated_price_is_the_sum_of_its_tiers() =>
        Law.Holds(from tiers in Tiers from quantity in Law.Fine(3000) select (tiers, quantity), one =>
        {
            var expected = 0m;
            foreach (var (tier, from) in Borders(one.tiers))
                expected += one.quantity > from ? (Math.Min(one.quantity, tier.UpTo ?? one.quantity) - from) * tier.UnitPrice + tier.FlatPrice : 0;
            Assert.Equal(expected, Amount(PriceModel.Graduated, one.tiers, one.quantity));
        });

    [Fact]
    public void A_graduated_price_goes_on_at_a_border_where_it_was_but_for_the_flat_price() =>
        Law.Holds(from tiers in Tiers from step in Law.Fine(0) select (tiers, step: step + 0.000000001m), one =>
        {
            foreach (var (tier, from) in Borders(one.tiers).Skip(1))
                Assert.Equal(
                    Math.Min(one.step, (tier.UpTo ?? decimal.MaxValue) - from) * tier.UnitPrice + tier.FlatPrice,
                    Amount(PriceModel.Graduated, one.tiers, from + Math.Min(one.step, (tier.UpTo ?? decimal.MaxValue) - from)) - Amount(PriceModel.Graduated, one.tiers, from));
        });

    [Fact]
    public void A_graduated_price_never_falls_when_more_is_used() =>
        Law.Holds(from tiers in Tiers from less in Law.Fine(3000) from more in Law.Fine(3000) select (tiers, less, more),
            one => Assert.True(Amount(PriceModel.Graduated, one.tiers, one.less) <= Amount(PriceModel.Graduated, one.tiers, one.less + one.more)));

    [Fact]
    public void A_volume_price_is_that_of_one_tier_for_the_whole_quantity() =>
        Law.Holds(from tiers in Tiers from quantity in Law.Fine(3000) where quantity > 0 select (tiers, quantity), one =>
        {
            var (tier, _) = Assert.Single(Borders(one.tiers), pair => one.quantity > pair.From && one.quantity <= (pair.Tier.UpTo ?? decimal.MaxValue));
            Assert.Equal(one.quantity * tier.UnitPrice + tier.FlatPrice, Amount(PriceModel.Volume, one.tiers, one.quantity));
        });

    [Fact]
    public void A_cap_holds_for_each_resource_however_its_hours_are_reported() =>
        Law.Holds(from uses in (from resource in Gen.Choose(1, 4) from hours in Gen.Choose(0, 500) select new ResourceUse($"r{resource}", 0, hours)).ArrayOf(8)
                  from cap in Gen.Choose(1, 744)
                  from unit in Law.Fine(3)
                  select (uses, cap, unit), one =>
        {
            var rated = Rating.Rate(Price(PriceModel.Hourly, [], one.unit, one.cap), one.uses);
            var sums = one.uses.GroupBy(use => use.ResourceId).Select(resource => resource.Sum(use => use.StartedHours)).ToList();
            Assert.Equal(sums.Sum(hours => Math.Min(hours, one.cap)), rated.Quantity);
            Assert.True(rated.Quantity <= (decimal)sums.Count * one.cap && rated.Quantity <= sums.Sum());
            Assert.Equal(rated, Rating.Rate(Price(PriceModel.Hourly, [], one.unit, one.cap), [.. one.uses.GroupBy(use => use.ResourceId).Select(all => new ResourceUse(all.Key, 0, all.Sum(use => use.StartedHours)))]));
        });

    [Fact]
    public void Money_is_rounded_to_the_nearest_minor_unit_and_half_away_from_zero() =>
        Law.Holds(from amount in Law.Fine(10000) from negative in Gen.Elements(1m, -1m) from currency in Currency select (Amount: amount * negative, currency), one =>
        {
            var unit = 1m / Currencies.ToMinor(1, one.currency);
            var rounded = Currencies.Round(one.Amount, one.currency);
            Assert.True(Currencies.IsWhole(rounded, one.currency));
            Assert.True(Math.Abs(rounded - one.Amount) <= unit / 2);
            Assert.Equal(-rounded, Currencies.Round(-one.Amount, one.currency));
            var half = rounded + unit / 2 * (rounded < 0 ? -1 : 1);
            Assert.True(Math.Abs(Currencies.Round(half, one.currency)) > Math.Abs(half));
            Assert.Equal(rounded, Currencies.FromMinor(Currencies.ToMinor(rounded, one.currency), one.currency));
        });

    [Fact]
    public void A_total_is_the_sum_of_lines_that_were_rounded_once_and_credit_is_used_first() =>
        Law.Holds(from currency in Gen.Elements("USD", "JPY", "KWD")
                  from costs in (from whole in Law.Fine(40) from sign in Gen.Frequency((4, Gen.Constant(1m)), (1, Gen.Constant(-1m))) select whole * sign).ListOf()
                  from priced in Law.Fine(2000)
                  from unit in Law.Fine(1)
                  from credit in Law.Money(30000, 0)
                  from carried in Law.Money(2, 0)
                  select (currency, costs, priced, unit, credit, carried), one =>
        {
            var period = BillingPeriod.Parse("2026-10");
            var usage = one.costs.Select((cost, i) => new UsageGroup
            {
                AccountId = "acme",
                ServicePeriod = 202610,
                Sku = $"sku-{i}",
                Quantity = 1,
                StartedHours = 0,
                Cost = cost,
                FirstDay = period.FirstDay,
                LastDay = period.LastDay,
                Records = 1
            }).Append(new UsageGroup
            {
                AccountId = "acme",
                PriceCode = "x",
                ServicePeriod = 202610,
                Quantity = one.priced,
                StartedHours = 0,
                FirstDay = period.FirstDay,
                LastDay = period.LastDay,
                Records = 1
            }).ToList();
            var decision = InvoiceDecision.Decide(new InvoiceFacts
            {
                Account = new Account { AccountId = "acme", Name = "Acme", Currency = one.currency, TimeZone = "UTC" },
                Period = period,
                Prices = new PriceBook([Price(PriceModel.Unit, [], one.unit, currency: one.currency)]),
                Usage = usage,
                Credit = one.credit,
                CarriedForward = one.carried
            });
            Assert.Equal(one.costs.Sum(cost => Currencies.Round(cost, one.currency)) + Currencies.Round(one.priced * one.unit, one.currency) + one.carried, decision.Total);
            Assert.Equal(decision.Total, decision.Lines.Sum(line => line.Amount));
            Assert.All(decision.Lines, line => Assert.True(Currencies.IsWhole(line.Amount, one.currency)));
            Assert.Equal(Math.Min(one.credit, Math.Max(0, decision.Total)), decision.CreditApplied);
            Assert.Equal(Math.Max(0, decision.Total) - decision.CreditApplied, decision.AmountDue);
            Assert.True(decision.AmountDue >= 0);
        });

    static IEnumerable<(Tier Tier, decimal From)> Borders(Tier[] tiers) => tiers.Select((tier, i) => (tier, i == 0 ? 0m : tiers[i - 1].UpTo!.Value));

    static decimal Amount(PriceModel model, Tier[] tiers, decimal quantity) => Rating.Rate(Price(model, tiers), [new ResourceUse(null, quantity, 0)]).Amount;

    static Price Price(PriceModel model, Tier[] tiers, decimal unit = 0, int cap = 672, string currency = "USD") => new()
    {
        PriceCode = "x",
        Currency = currency,
        Description = "X",
        Model = model,
        Tiers = tiers,
        UnitPrice = unit,
        MonthlyCapHours = cap,
        SetAt = default
    };
}
