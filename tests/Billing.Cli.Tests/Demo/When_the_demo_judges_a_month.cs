using Billing.Cli.Closing;
using Billing.Cli.Demo;
using Billing.Views.MonthClose;

namespace Billing.Cli.Tests.Demo;

public sealed class When_the_demo_judges_a_month
{
    static readonly RunView Run = new()
    {
        Period = "2026-10",
        RunId = Guid.Empty,
        StartedAt = default,
        State = "Completed",
        Accounts = 240,
        Steps = new Dictionary<string, int> { ["Closed"] = 239, ["Parked"] = 1, ["Pending"] = 0 },
        Totals = [new MoneyView { Currency = "USD", Invoiced = 1234.5m }]
    };

    static readonly ReconciliationView Books = new()
    {
        Period = "2026-10",
        Accounts = 240,
        Closed = 239,
        Parked = 1,
        Held = 3,
        Invoiced = [new("USD", 1234.5m), new("JPY", 9000m)],
        Collected = [new("KWD", 1.5m), new("USD", 1000m)]
    };

    [Fact]
    public void Should_end_with_one_line()
    {
        var verdict = DemoVerdict.Of(Run, Books, 240);
        Assert.True(verdict.IsGood);
        Assert.Equal(
            "month 2026-10: 240 accounts, 239 closed, 1 parked, 3 held, invoiced 9,000 JPY + 1,234.50 USD collected 1.500 KWD + 1,000.00 USD " +
            "(reconciled with the gateway's own record: 0 differences)", verdict.Line);
    }

    [Fact]
    public void Should_say_what_of_it_is_tax()
    {
        var run = Run with { Totals = [new MoneyView { Currency = "USD", Invoiced = 1234.5m, Tax = 34.5m }, new MoneyView { Currency = "KWD", Invoiced = 1m }] };
        Assert.Contains("+ 1,234.50 USD, of which tax 34.50 USD, collected", DemoVerdict.Of(run, Books, 240).Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_not_be_content_with_a_difference()
    {
        var verdict = DemoVerdict.Of(Run, Books with { Differences = [new("CapturedNotBooked", "acme", "pi_1")] }, 240);
        Assert.Equal(["difference: CapturedNotBooked acme pi_1"], verdict.Problems);
        Assert.Contains("1 differences", verdict.Line);
    }

    [Fact]
    public void Should_not_be_content_with_an_unknown_charge() =>
        Assert.Equal(["2 charges are still unknown"], DemoVerdict.Of(Run, Books with { Unknown = 2 }, 240).Problems);

    [Fact]
    public void Should_not_be_content_when_an_account_is_missing()
    {
        Assert.False(DemoVerdict.Of(Run, Books with { Closed = 238 }, 240).IsGood);
        Assert.False(DemoVerdict.Of(Run, Books, 241).IsGood);
        Assert.False(DemoVerdict.Of(Run with { Steps = new Dictionary<string, int> { ["Closed"] = 238, ["Parked"] = 1, ["Pending"] = 1 } }, Books, 240).IsGood);
    }

    [Fact]
    public void Should_not_be_content_when_run_and_books_disagree_on_money() =>
        Assert.Equal(["the run invoiced 1,234.50 USD, the books say 1,234.49 USD"],
            DemoVerdict.Of(Run, Books with { Invoiced = [new("USD", 1234.49m)] }, 240).Problems);
}
