using Billing.Testing;
using Xunit;

namespace Billing.SeatRefresh.Tests;

/// <summary>Books below, steps above them, views on top. A folder uses only what stands below it.</summary>
public class When_the_storeys_are_checked
{
    static readonly string[] FromTheBottom =
    [
        // books: rows, facts and decisions
        "Members, Namespaces, Plans, Settings",
        "Seats",
        "Alerting, Slots, Subscriptions",
        // steps: consumers and workers
        "Counting",
        "Intake, Walking",
        "Refreshing",
        // views
        "Reporting",
        "Explaining",
    ];

    [Fact]
    public void Should_find_no_arrow_that_runs_up() =>
        Assert.Empty(Storeys.Check(typeof(SeatRefreshApplication).Assembly, "Billing.SeatRefresh", FromTheBottom));
}
