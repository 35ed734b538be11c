using Billing.Testing;
using Xunit;

namespace Billing.Scheduler.Tests;

/// <summary>Books below, steps above them, views on top. A folder uses only what stands below it.</summary>
public class When_the_storeys_are_checked
{
    static readonly string[] FromTheBottom =
    [
        // books: rows and decisions about due times
        "Auditing", "Schedules",
        // steps
        "Ticking",
        "Steering",
        "Dated",
        "Answers",
        "Triggering",
        "Advancing",
        // views
        "Reporting",
    ];

    [Fact]
    public void Should_find_no_arrow_that_runs_up() =>
        Assert.Empty(Storeys.Check(typeof(SchedulerApplication).Assembly, "Billing.Scheduler", FromTheBottom));
}
