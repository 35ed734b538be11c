using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Seats;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Invoicing;

public class When_an_invoice_is_decided
{
    static readonly BillingPeriod October = BillingPeriod.Parse("2026-10");
    static readonly Account Acme = new() { AccountId = "acme", Name = "Acme", Currency = "USD", TimeZone = "UTC" };
    static readonly PriceBook Prices = new(
    [
        Price("api-calls", 0.001m), Price("fee", 31.00m), Price("seat", 20.00m), Price("free", 0m),
        Price("api-calls", 0.15m, "JPY"), Price("api-calls", 0.0001m, "KWD")
    ]);

    [Fact]
    public void Should_bill_no_seats_after_the_account_was_closed()
    {
        var level = new SeatLevel { SubscriptionId = "sub-1", Version = 1, AccountId = "acme", FirstDay = new DateOnly(2026, 9, 1), SeatsOwed = 2, BillingPeriod = 202609, AsOf = default };
        Assert.Equal(CloseOutcome.NothingToBill, InvoiceDecision.Decide(Facts() with { Account = Acme with { ClosedOn = new DateOnly(2026, 9, 30) }, SeatLevels = [level] }).Outcome);

        var line = Assert.Single(InvoiceDecision.Decide(Facts() with { Account = Acme with { ClosedOn = new DateOnly(2026, 10, 10) }, SeatLevels = [level] }).Lines);
        Assert.Equal((new DateOnly(2026, 10, 10), 12.90m), (line.Days.LastDay, line.Amount));      // 2 × 20.00 × 10/31
    }

    [Fact]      // no lines
    public void Should_issue_nothing_when_there_is_nothing_to_bill()
    {
        var decision = InvoiceDecision.Decide(Facts());
        Assert.Equal(CloseOutcome.NothingToBill, decision.Outcome);
        Assert.False(decision.IsIssued);
    }

    [Fact]      // zero invoice
    public void Should_issue_a_zero_invoice_as_paid()
    {
        var decision = InvoiceDecision.Decide(Facts() with { Usage = [Used("free", 100)] });
        Assert.Equal((CloseOutcome.ZeroTotal, InvoiceStatus.Paid, 0m), (decision.Outcome, decision.Status, decision.AmountDue));
        Assert.True(decision.IsIssued);
    }

    [Fact]      // credit larger than the invoice
    public void Should_use_no_more_credit_than_the_invoice_needs()
    {
        var decision = InvoiceDecision.Decide(Facts() with { Usage = [Used("api-calls", 10_000)], Credit = 25m });
        Assert.Equal((CloseOutcome.CoveredByCredit, 10.00m, 0m), (decision.Outcome, decision.CreditApplied, decision.AmountDue));
    }

    [Fact]
    public void Should_use_credit_first_and_ask_for_the_rest()
    {
        var decision = InvoiceDecision.Decide(Facts() with { Usage = [Used("api-calls", 10_000)], Credit = 4m });
        Assert.Null(decision.Outcome);
        Assert.Equal((4.00m, 6.00m, InvoiceStatus.Open), (decision.CreditApplied, decision.AmountDue, decision.Status));
    }

    [Fact]      // below minimum
    public void Should_carry_an_amount_below_the_gateways_minimum_to_the_next_invoice()
    {
        var october = InvoiceDecision.Decide(Facts() with { Usage = [Used("api-calls", 300)], GatewayMinimum = 0.50m });
        Assert.Equal((CloseOutcome.CarriedForward, 0.30m), (october.Outcome, october.AmountDue));

        var november = InvoiceDecision.Decide(Facts() with { Usage = [Used("api-calls", 300)], GatewayMinimum = 0.50m, CarriedForward = 0.30m });
        Assert.Null(november.Outcome);
        Assert.Equal((0.60m, 0.30m), (november.AmountDue, november.Earned));    // earned once, asked for once
    }

    [Fact]
    public void Should_turn_a_negative_total_into_credit_and_never_into_a_negative_charge()
    {
        var decision = InvoiceDecision.Decide(Facts() with { Usage = [Rated(-12.34m)] });
        Assert.Equal((CloseOutcome.Credited, -12.34m, 0m), (decision.Outcome, decision.Total, decision.AmountDue));
    }

    [Theory]    // JPY and KWD
    [InlineData("JPY", 3, "0")]
    [InlineData("JPY", 10, "2")]
    [InlineData("KWD", 25, "0.003")]
    public void Should_round_a_line_to_the_minor_unit_of_its_currency(string currency, int calls, string amount) =>
        Assert.Equal(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture),
            InvoiceDecision.Decide(Facts() with { Account = Acme with { Currency = currency }, Usage = [Used("api-calls", calls)] }).Lines.Single().Amount);

    [Theory]    // KWD, of which the gateway takes tens of the smallest unit
    [InlineData("KWD", "0.01", "12.345", "0", "12.350", "0.005")]
    [InlineData("KWD", "0.01", "12.344", "0", "12.340", "-0.004")]
    [InlineData("BHD", "0.01", "12.349", "0", "12.350", "0.001")]
    [InlineData("JOD", "0.01", "12.340", "0", "12.340", null)]
    [InlineData("OMR", "0.01", "12.345", "0.003", "12.340", "-0.002")]      // 12.342 is due after the credit
    [InlineData("TND", "0.01", "0.005", "0", "0.010", "0.005")]
    [InlineData("TND", "0.01", "0.004", "0", "0", "-0.004")]
    [InlineData("KWD", "0.01", "0.147", "0", "0.147", null)]        // below the minimum: carried to the next invoice as it is
    [InlineData("KWD", "0.01", "2.345", "2.345", "0", null)]        // nothing is charged
    [InlineData("MGA", "1", "10.50", "0", "11", "0.50")]
    [InlineData("USD", "0.01", "12.34", "0", "12.34", null)]
    public void Should_round_what_is_due_to_what_can_be_charged_by_a_line_of_its_own(
        string currency, string step, string used, string credit, string due, string? rounding)
    {
        var decision = InvoiceDecision.Decide(Facts() with
        {
            Account = Acme with { Currency = currency },
            Usage = [Rated(Number(used))],
            Credit = Number(credit),
            GatewayStep = Number(step),
            GatewayMinimum = currency == "KWD" ? 0.150m : 0
        });
        Assert.Equal((Number(due), decision.Lines.Sum(line => line.Amount)), (decision.AmountDue, decision.Total));
        Assert.Equal(rounding is null ? (decimal?)null : Number(rounding), decision.Lines.SingleOrDefault(line => line.Kind == "rounding")?.Amount);
        Assert.Equal(decision.Total - decision.CreditApplied, decision.AmountDue);
    }

    [Fact]
    public void Should_round_what_was_carried_once_it_can_be_charged()
    {
        var november = InvoiceDecision.Decide(Facts() with
        {
            Account = Acme with { Currency = "KWD" },
            Usage = [Rated(0.120m)],
            CarriedForward = 0.147m,
            GatewayMinimum = 0.150m,
            GatewayStep = 0.01m
        });
        Assert.Equal((0.270m, 0.123m), (november.AmountDue, november.Earned));     // 0.147 + 0.120 + 0.003
        Assert.Equal("0.267 due, to a multiple of 0.01", november.Lines[^1].Formula);
    }

    static decimal Number(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]      // rounding of many small lines
    public void Should_add_rounded_lines_up_so_that_a_person_gets_the_same_sum()
    {
        var decision = InvoiceDecision.Decide(Facts() with { Usage = [.. Enumerable.Range(0, 200).Select(i => Rated(0.005m) with { Sku = $"sku-{i:000}" })] });
        Assert.Equal(200, decision.Lines.Count);
        Assert.Equal(200 * 0.01m, decision.Total);
    }

    [Fact]
    public void Should_sum_the_rated_records_of_one_service_exactly_and_round_once()
    {
        var decision = InvoiceDecision.Decide(Facts() with { Usage = [Rated(0.004m) with { Records = 3 }, Rated(0.004m) with { ResourceId = "b" }, Rated(0.004m) with { ResourceId = "c" }] });
        var line = Assert.Single(decision.Lines);
        Assert.Equal((0.01m, "sum of 5 rated records = 0.012"), (line.Amount, line.Formula));
    }

    [Fact]      // account closed in mid-close, proration
    public void Should_bill_the_fee_for_the_days_of_being_a_customer()
    {
        var decision = InvoiceDecision.Decide(Facts() with { Account = Acme with { FeePriceCode = "fee", ClosedOn = new DateOnly(2026, 10, 15) } });
        var line = Assert.Single(decision.Lines);
        Assert.Equal((15.00m, "1 × 31 × 15/31 days"), (line.Amount, line.Formula));
        Assert.Equal(new DaySpan(new DateOnly(2026, 10, 1), new DateOnly(2026, 10, 15)), line.Days);
    }

    [Fact]
    public void Should_bill_each_day_of_a_closing_accounts_fee_exactly_once()
    {
        // anchor 10: terms 10 Sep - 9 Oct and 10 Oct - 9 Nov; closed on 20 October
        var leaving = Acme with { FeePriceCode = "fee", AnchorDay = 10, ClosedOn = new DateOnly(2026, 10, 20) };
        var october = InvoiceDecision.Decide(Facts() with { Account = leaving });
        Assert.Equal([new DaySpan(new(2026, 9, 10), new(2026, 10, 9)), new DaySpan(new(2026, 10, 10), new(2026, 10, 20))], october.Lines.Select(line => line.Days));
        Assert.Empty(InvoiceDecision.Decide(Facts() with { Account = leaving with { FeeThrough = october.FeeThrough }, Period = October.Next }).Lines);
    }

    [Fact]      // late usage
    public void Should_bill_late_usage_as_an_adjustment_with_its_own_dates()
    {
        var late = Used("api-calls", 5000) with { ServicePeriod = 202609, FirstDay = new DateOnly(2026, 9, 3), LastDay = new DateOnly(2026, 9, 4) };
        var line = Assert.Single(InvoiceDecision.Decide(Facts() with { Usage = [late] }).Lines);
        Assert.Equal(("adjustment", 5.00m, new DaySpan(new(2026, 9, 3), new(2026, 9, 4))), (line.Kind, line.Amount, line.Days));
        Assert.Contains("2026-09", line.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_bill_owed_seats_for_the_days_on_which_they_were_owed()
    {
        // 2026-10-17 a tenth seat joins, nine were bought: 20.00 × 15/31
        var line = Assert.Single(InvoiceDecision.Decide(Facts() with { SeatLevels = [Level(1, "2026-10-17", 1)] }).Lines);
        Assert.Equal((9.68m, "1 × 20 × 15/31 days"), (line.Amount, line.Formula));
    }

    [Fact]
    public void Should_draw_a_line_for_each_stretch_with_the_same_number_of_seats()
    {
        var lines = InvoiceDecision.Decide(Facts() with { SeatLevels = [Level(1, "2026-09-01", 1), Level(2, "2026-10-11", 2), Level(3, "2026-10-11", 3), Level(4, "2026-10-21", 0)] }).Lines;
        Assert.Equal([(1m, new DaySpan(new(2026, 10, 1), new(2026, 10, 10))), (3m, new DaySpan(new(2026, 10, 11), new(2026, 10, 20)))], lines.Select(line => (line.Quantity, line.Days)));
    }

    [Fact]
    public void Should_park_the_account_when_a_price_is_missing()
    {
        var cannot = Assert.Throws<CannotCloseException>(() => InvoiceDecision.Decide(Facts() with { Usage = [Used("gpu", 1)] }));
        Assert.Equal("PriceMissing", cannot.ReasonCode);
        Assert.Contains("\"gpu\" in USD", cannot.Message, StringComparison.Ordinal);
    }

    static InvoiceFacts Facts() => new() { Account = Acme, Period = October, Prices = Prices };

    static UsageGroup Used(string priceCode, decimal quantity) => new()
    {
        AccountId = "acme",
        PriceCode = priceCode,
        ServicePeriod = 202610,
        Quantity = quantity,
        StartedHours = 0,
        FirstDay = new DateOnly(2026, 10, 1),
        LastDay = new DateOnly(2026, 10, 31),
        Records = 1
    };

    static UsageGroup Rated(decimal cost) => new()
    {
        AccountId = "acme",
        ServicePeriod = 202610,
        Quantity = 1,
        StartedHours = 0,
        Cost = cost,
        Category = "Usage",
        ServiceName = "Compute",
        Sku = "CPU",
        FirstDay = new DateOnly(2026, 10, 1),
        LastDay = new DateOnly(2026, 10, 31),
        Records = 1
    };

    /// <summary>2026-10-16 one seat is owed · 10-21 one leaves and the mark stays: one line, 20.00 × 16/31 = 10.32, and not 5/31 and 11/31 rounded apart.</summary>
    [Fact]
    public void Should_bill_a_stretch_with_the_same_number_of_owed_seats_as_one_line() =>
        Assert.Equal(16, Assert.Single(InvoiceDecision.Decide(Facts() with { SeatLevels = [Level(1, "2026-10-16", 1), Level(2, "2026-10-21", 1)] }).Lines).Days.Days);

    static SeatLevel Level(int version, string day, int owed) =>
        new() { SubscriptionId = "sub", Version = version, AccountId = "acme", FirstDay = DateOnly.Parse(day), SeatsOwed = owed, BillingPeriod = 202610, AsOf = default };

    static Price Price(string code, decimal unitPrice, string currency = "USD") =>
        new() { Version = 1, PriceCode = code, Currency = currency, Description = code, Model = PriceModel.Unit, UnitPrice = unitPrice, SetAt = default };
}
