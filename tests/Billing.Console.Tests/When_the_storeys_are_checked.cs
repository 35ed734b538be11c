using Billing.Testing;

namespace Billing.Console.Tests;

/// <summary>Reading below, pages on top. A folder uses only what stands below it.</summary>
public class When_the_storeys_are_checked
{
    static readonly string[] FromTheBottom =
    [
        "Settings",
        "Viewing",
        "Reading",
        "Live",
        "Parts",
        "Acting",
        "Pages",
        "Serving",
    ];

    [Fact]
    public void Should_find_no_arrow_that_runs_up() =>
        Assert.Empty(Storeys.Check(typeof(ConsoleApplication).Assembly, "Billing.Console", FromTheBottom));
}
