using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Pricing;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Invoicing;

/// <summary>The fee is billed in arrears, by the plan that the account has when its month is closed: one line, whatever it was before.</summary>
public class When_a_plan_changes
{
    [Theory]
    [InlineData("pro", 50.00)]      // plan change in mid-period: the plan at the close, for the whole term, and the one before it not at all
    [InlineData("free", 0.00)]      // to a free plan: a line over nothing
    [InlineData(null, null)]        // to no plan: no line
    public void Should_bill_the_plan_of_the_close_once(string? plan, double? fee)
    {
        var decision = InvoiceDecision.Decide(Facts(plan, joined: new DateOnly(2026, 9, 1)));
        Assert.Equal(fee is null ? [] : [(decimal)fee], decision.Lines.Select(line => line.Amount));
    }

    [Fact]      // same-day change from a free plan
    public void Should_bill_the_paid_plan_from_the_day_of_joining_when_the_free_one_was_left_on_the_same_day()
    {
        var line = Assert.Single(InvoiceDecision.Decide(Facts("pro", joined: new DateOnly(2026, 10, 31))).Lines);
        Assert.Equal((1.61m, "1 × 50 × 1/31 days"), (line.Amount, line.Formula));
    }

    static InvoiceFacts Facts(string? plan, DateOnly joined) => new()
    {
        Account = new Account { AccountId = "acme", Name = "Acme", Currency = "USD", TimeZone = "UTC", FeePriceCode = plan, JoinedOn = joined },
        Period = BillingPeriod.Parse("2026-10"),
        Prices = new PriceBook([Price("free", 0m, 1), Price("pro", 50m, 2)]),
        Usage = [],
        SeatLevels = [],
        Credit = 0,
        GatewayMinimum = 0.50m
    };

    static Price Price(string code, decimal amount, long version) =>
        new() { PriceCode = code, Currency = "USD", Description = code, Model = PriceModel.Unit, UnitPrice = amount, SetAt = default, Version = version };
}
