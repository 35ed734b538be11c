using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Seats;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Invoicing;

/// <summary>October is billed; November bills the difference that comes late makes to October.</summary>
public class When_something_comes_late
{
    static readonly BillingPeriod November = BillingPeriod.Parse("2026-11");
    static readonly Account Acme = new() { AccountId = "acme", Name = "Acme", Currency = "USD", TimeZone = "UTC" };

    static readonly PriceBook Prices = new(
    [
        Price("calls") with { Model = PriceModel.Graduated, Tiers = [new(1000, 0m, 0), new(null, 0.01m, 0)] },
        Price("machine") with { Model = PriceModel.Hourly, UnitPrice = 0.01m, MonthlyCapHours = 672 },
        Price("disks") with { Model = PriceModel.Volume, Tiers = [new(5, 1.00m, 0), new(null, 0.80m, 0)] },
        Price("seat") with { UnitPrice = 31.00m },
        Price("fee") with { UnitPrice = 30.00m }
    ]);

    [Fact]
    public void Should_bill_late_usage_by_the_tier_that_the_whole_month_reached() => Assert.Equal(5.00m, Late(Used("calls", 1500), 5.00m, Used("calls", 500)));

    [Fact]
    public void Should_bill_no_late_hour_above_the_cap_of_its_month() =>
        Assert.Equal(0.00m, Late(Used("machine", 1) with { StartedHours = 720, ResourceId = "vm" }, 6.72m, Used("machine", 1) with { StartedHours = 10, ResourceId = "vm" }));

    [Fact]
    public void Should_bill_late_usage_at_the_volume_of_the_whole_month() => Assert.Equal(3.00m, Late(Used("disks", 5), 5.00m, Used("disks", 5)));

    [Fact]
    public void Should_bill_late_usage_by_the_price_of_its_month()
    {
        var dearer = new PriceBook([Price("disks") with { Version = 2, UnitPrice = 9.00m }]);
        var facts = Facts() with { Prices = dearer, EarlierPrices = new Dictionary<int, PriceBook> { [202610] = Prices }, Usage = [Used("disks", 5)] };
        Assert.Equal(5.00m, InvoiceDecision.Decide(facts).Total);
    }

    [Fact]
    public void Should_bill_seats_that_were_told_late_as_the_difference_with_their_own_dates()
    {
        // owed from 17 October, told in November: 31.00 × 15/31
        var line = InvoiceDecision.Decide(Facts() with { SeatLevels = [Level(1, "2026-10-17", 1, billed: 202611), Level(2, "2026-11-01", 0, billed: 202611)] }).Lines.Single();
        Assert.Equal(("adjustment", 15.00m, new DaySpan(new(2026, 10, 17), new(2026, 10, 31))), (line.Kind, line.Amount, line.Days));
    }

    [Fact]
    public void Should_give_back_seats_that_were_billed_and_told_late_not_to_be_owed()
    {
        var levels = new[] { Level(1, "2026-10-01", 2, billed: 202610), Level(2, "2026-10-11", 0, billed: 202611) };
        var billed = new BilledBefore("acme", LineSource.Seats, "seat", 202610, 62.00m);
        Assert.Equal(20.00m - 62.00m, InvoiceDecision.Decide(Facts() with { SeatLevels = levels, Billed = [billed] }).Total);
    }

    [Fact]
    public void Should_not_bill_again_what_was_told_late_and_billed_since()
    {
        var levels = new[] { Level(1, "2026-10-17", 1, billed: 202611), Level(2, "2026-11-01", 0, billed: 202611) };
        Assert.Empty(InvoiceDecision.Decide(Facts() with { Period = November.Next, BilledThrough = 202611, SeatLevels = levels }).Lines);
    }

    [Fact]
    public void Should_bill_fee_and_seats_of_a_month_that_was_put_off()
    {
        var off = Acme with { FeePriceCode = "fee", Tags = ControlTags.AutoInvoicingOff };
        var october = InvoiceDecision.Decide(Facts() with { Account = off, Period = November.Previous, BilledThrough = 0 });
        Assert.False(october.EndsPeriod);

        var on = off with { Tags = ControlTags.None, FeeThrough = october.FeeThrough };
        var november = InvoiceDecision.Decide(Facts() with { Account = on, BilledThrough = 0, SeatLevels = [Level(1, "2026-10-17", 1, billed: 202610), Level(2, "2026-11-01", 0, billed: 202611)] });
        Assert.Equal([(30.00m, 202610), (30.00m, 202611), (15.00m, 202610)], november.Lines.Select(line => (line.Amount, line.ServicePeriod)));
    }

    [Fact]      // registered after the close of October, first day 12 October: 30.00 × 20/31 and 30.00
    public void Should_bill_the_days_before_an_account_was_registered_from_its_first_day()
    {
        var facts = Facts() with { Account = Acme with { FeePriceCode = "fee", JoinedOn = new(2026, 10, 12) }, BilledThrough = 0 };
        Assert.Equal([19.35m, 30.00m], InvoiceDecision.Decide(facts).Lines.Select(line => line.Amount));
    }

    [Fact]
    public void Should_bill_nothing_of_the_time_before_the_first_month_that_was_closed_here()
    {
        var facts = Facts() with { Account = Acme with { FeePriceCode = "fee", JoinedOn = new(2019, 1, 1) }, BilledThrough = 0 };
        Assert.Equal([new(2026, 10, 1), new(2026, 11, 1)], InvoiceDecision.Decide(facts).Lines.Select(line => line.Days.FirstDay));
    }

    [Fact]      // 1 to 31 October is billed; the anchor moves to 15
    public void Should_bill_no_day_twice_when_the_anchor_day_moves_forward()
    {
        var line = InvoiceDecision.Decide(Facts() with { Account = Acme with { FeePriceCode = "fee", AnchorDay = 15, FeeThrough = new(2026, 10, 31) } }).Lines.Single();
        Assert.Equal((new DaySpan(new(2026, 11, 1), new(2026, 11, 14)), "1 × 30 × 14/31 days"), (line.Days, line.Formula));
    }

    [Fact]      // billed to 14 October; the anchor moves to 1
    public void Should_bill_every_day_when_the_anchor_day_moves_back()
    {
        var account = Acme with { FeePriceCode = "fee", AnchorDay = 1, FeeThrough = new(2026, 10, 14) };
        var line = InvoiceDecision.Decide(Facts() with { Account = account, Period = November.Previous, BilledThrough = 202609 }).Lines.Single();
        Assert.Equal((new DaySpan(new(2026, 10, 15), new(2026, 10, 31)), "1 × 30 × 17/31 days"), (line.Days, line.Formula));
    }

    static decimal Late(UsageGroup before, decimal billed, UsageGroup late)
    {
        var facts = Facts() with { Usage = [late], UsageBefore = [before], Billed = [new("acme", LineSource.Usage, late.PriceCode, 202610, billed)] };
        var line = InvoiceDecision.Decide(facts).Lines.Single();
        Assert.Equal("adjustment", line.Kind);
        Assert.EndsWith("billed before", line.Formula, StringComparison.Ordinal);
        return line.Amount;
    }

    static InvoiceFacts Facts() =>
        new() { Account = Acme, Period = November, Prices = Prices, BilledThrough = 202610, FirstPeriod = November.Previous };

    static UsageGroup Used(string code, decimal quantity) => new()
    {
        AccountId = "acme",
        PriceCode = code,
        ServicePeriod = 202610,
        Quantity = quantity,
        StartedHours = 0,
        FirstDay = new DateOnly(2026, 10, 1),
        LastDay = new DateOnly(2026, 10, 31),
        Records = 1
    };

    static SeatLevel Level(int version, string day, int owed, int billed) =>
        new() { SubscriptionId = "sub", Version = version, AccountId = "acme", FirstDay = DateOnly.Parse(day), SeatsOwed = owed, BillingPeriod = billed, AsOf = default };

    static Price Price(string code) =>
        new() { Version = 1, PriceCode = code, Currency = "USD", Description = code, Model = PriceModel.Unit, SetAt = default };
}
