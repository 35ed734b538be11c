using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Collect.Collecting;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Charging;

public class When_a_charge_is_decided
{
    static readonly Guid InvoiceId = Guid.NewGuid();

    [Fact]
    public void Should_ask_for_what_the_invoice_says()
    {
        var ask = Assert.IsType<ChargeDecision.Ask>(ChargeDecision.Decide(Facts()));
        Assert.Equal((100m, "pm_ok", 1, false, 0m), (ask.Amount, ask.PaymentMethod, ask.Attempt, ask.Reduced, ask.Drift));
    }

    [Fact]      // half an ariary
    public void Should_say_that_an_amount_cannot_be_told_to_the_gateway()
    {
        var cannot = Assert.Throws<CannotCloseException>(() => ChargeDecision.Decide(Facts() with { GatewayStep = 0.3m }));
        Assert.Equal("AmountCannotBeTold", cannot.ReasonCode);
        Assert.IsType<ChargeDecision.Ask>(ChargeDecision.Decide(Facts() with { GatewayStep = 0.01m }));
    }

    [Fact]      // the customer pays while the charge waits
    public void Should_do_nothing_when_nothing_is_owed_any_more() =>
        Assert.Equal(CloseOutcome.AlreadyPaid, Skip(Facts() with { Invoice = Invoice(paid: 100), Balance = Balance(0) }));

    [Fact]
    public void Should_charge_only_what_is_still_owed()
    {
        var ask = Assert.IsType<ChargeDecision.Ask>(ChargeDecision.Decide(Facts() with { Invoice = Invoice(paid: 70), Balance = Balance(30) }));
        Assert.Equal((30m, true), (ask.Amount, ask.Reduced));
    }

    [Fact]
    public void Should_charge_no_more_than_the_invoice_and_report_the_drift()
    {
        var ask = Assert.IsType<ChargeDecision.Ask>(ChargeDecision.Decide(Facts() with { Balance = Balance(140) }));
        Assert.Equal((100m, false, 40m), (ask.Amount, ask.Reduced, ask.Drift));
    }

    [Fact]
    public void Should_trust_the_balance_when_the_invoice_does_not_know_yet()
    {
        var ask = Assert.IsType<ChargeDecision.Ask>(ChargeDecision.Decide(Facts() with { Balance = Balance(60) }));
        Assert.Equal((60m, true), (ask.Amount, ask.Reduced));
    }

    [Fact]
    public void Should_not_charge_an_account_on_manual_payment() =>
        Assert.Equal(CloseOutcome.ManualPayment, Skip(Facts() with { Account = Acme with { ManualPayment = true } }));

    [Fact]      // account closed in mid-close
    public void Should_not_charge_a_closed_account() =>
        Assert.Equal(CloseOutcome.AccountClosed, Skip(Facts() with { Account = Acme with { ClosedOn = new DateOnly(2026, 10, 31) } }));

    [Fact]
    public void Should_charge_on_the_last_day_itself() =>
        Assert.IsType<ChargeDecision.Ask>(ChargeDecision.Decide(Facts() with { Account = Acme with { ClosedOn = new DateOnly(2026, 11, 1) } }));

    [Fact]
    public void Should_carry_a_rest_below_the_minimum() =>
        Assert.Equal(CloseOutcome.CarriedForward, Skip(Facts() with { Invoice = Invoice(paid: 99.80m), Balance = Balance(0.20m), GatewayMinimum = 0.50m }));

    [Fact]
    public void Should_not_trouble_the_gateway_without_a_payment_method() =>
        Assert.IsType<ChargeDecision.NoPaymentMethod>(ChargeDecision.Decide(Facts() with { Account = Acme with { PaymentMethod = null } }));

    [Fact]      // a generator that loops
    public void Should_stop_what_asks_again_and_again() =>
        Assert.Equal("TooManyCharges", Assert.Throws<CannotCloseException>(() => ChargeDecision.Decide(Facts() with { ChargesInLastDay = 15 })).ReasonCode);

    [Fact]
    public void Should_park_a_charge_in_another_currency_than_the_invoice() =>
        Assert.Equal("CurrencyMismatch", Assert.Throws<CannotCloseException>(() =>
            ChargeDecision.Decide(Facts() with { Expected = Expected() with { Currency = "EUR" } })).ReasonCode);

    [Fact]
    public void Should_park_a_charge_of_more_than_the_invoice() =>
        Assert.Equal("AmountMismatch", Assert.Throws<CannotCloseException>(() =>
            ChargeDecision.Decide(Facts() with { Expected = Expected() with { AmountDue = 100.01m } })).ReasonCode);

    [Fact]
    public void Should_park_a_charge_of_another_amount_than_that_version_had_open() =>
        Assert.Equal("AmountMismatch", Cannot(Expected() with { AmountDue = 99.99m }));

    [Fact]
    public void Should_park_a_charge_by_a_version_that_the_books_do_not_know() =>
        Assert.Equal("VersionMismatch", Cannot(Expected() with { InvoiceVersion = 2 }));

    [Theory, InlineData(9), InlineData(13)]     // issued at 10, and it is 12
    public void Should_park_a_charge_that_was_believed_before_the_invoice_or_will_be(int hour) =>
        Assert.Equal("AsOfMismatch", Cannot(Expected() with { AsOf = new DateTimeOffset(2026, 11, 1, hour, 0, 0, TimeSpan.Zero) }));

    static string Cannot(ExpectedCharge expected) =>
        Assert.Throws<CannotCloseException>(() => ChargeDecision.Decide(Facts() with { Expected = expected })).ReasonCode;

    static readonly Account Acme = new() { AccountId = "acme", Name = "Acme", Currency = "USD", TimeZone = "UTC", PaymentMethod = "pm_ok" };

    static CloseOutcome Skip(ChargeFacts facts) => Assert.IsType<ChargeDecision.Skip>(ChargeDecision.Decide(facts)).Outcome;

    static ChargeFacts Facts() => new()
    {
        Expected = Expected(),
        Invoice = Invoice(),
        Balance = Balance(100),
        Account = Acme,
        Today = new DateOnly(2026, 11, 1),
        Now = new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero)
    };

    static ExpectedCharge Expected() => new(InvoiceId, "acme", 100, "USD", 1, new DateTimeOffset(2026, 11, 1, 11, 0, 0, TimeSpan.Zero));

    static AccountBalance Balance(decimal owed) => new() { AccountId = "acme", Currency = "USD", Owed = owed };

    static Invoice Invoice(decimal paid = 0) => new()
    {
        InvoiceId = InvoiceId,
        Number = "INV-1",
        AccountId = "acme",
        Period = 202610,
        RunId = Guid.Empty,
        Currency = "USD",
        FirstDay = new DateOnly(2026, 10, 1),
        LastDay = new DateOnly(2026, 10, 31),
        Total = 100,
        Carried = 0,
        CreditApplied = 0,
        AmountDue = 100,
        AmountPaid = paid,
        Status = paid >= 100 ? InvoiceStatus.Paid : InvoiceStatus.Open,
        Version = paid > 0 ? 2 : 1,
        IssuedAt = new DateTimeOffset(2026, 11, 1, 10, 0, 0, TimeSpan.Zero),
        DueOn = default
    };
}
