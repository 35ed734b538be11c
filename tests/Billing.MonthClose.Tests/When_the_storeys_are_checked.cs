using Billing.Testing;
using Xunit;

namespace Billing.MonthClose.Tests;

/// <summary>The floor plan: whoever stands in a file knows what it may use, and that nothing above is needed to understand it.</summary>
public sealed class When_the_storeys_are_checked
{
    static readonly string[] FromTheBottom =
    [
        // books: facts and decisions
        "Books.Accounts, Books.Amounts, Books.Auditing, Books.Calendar, Books.Histories, Books.Papers, Books.Payments, Books.Pricing, Books.Usage, Gateway",
        "Books.Alerting, Books.Closes, Books.Drifts, Books.Dunning, Books.Holds, Books.Ledger, Books.Letters, Books.Seats, Books.Taxes",
        "Books.Invoices, Books.Refunds, Gateway.Stripe, Taxing, Intake.Pricing, Intake.Seats, Intake.Usage",
        "Books.Charges, Books.Previews",
        "Books.Brakes",
        // steps: what the month's close does, and what collects and corrects
        "Close.Invoicing, Close.Running",
        "Close.Charging, Close.Previewing, Correct.Corrections",
        "Correct.Refunding, Correct.Crediting, Collect.Holding, Intake.Payments",
        "Collect.Collecting, Collect.Mailing, Collect.Webhooks, Correct.Correcting",
        "Intake.Accounts",
        // views: they look at everything, and nothing looks at them
        "Look.Certifying, Look.Explaining, Look.Papers, Look.Previewing, Look.Reconciling, Look.Replaying, Look.WhatIf",
        "Look.Papers.Pdf, Look.Reconciling.Checks",
        "Look.Papers.Serving, Look.Reporting"
    ];

    [Fact]
    public void Should_find_no_arrow_that_runs_up() =>
        Assert.Empty(Storeys.Check(typeof(MonthCloseApplication).Assembly, "Billing.MonthClose", FromTheBottom));
}
