using Billing.Testing;

namespace Billing.Notification.Tests;

public sealed class When_the_storeys_are_checked
{
    /// <summary>Facts, rows and decisions below; steps (consumers, workers, outlets) above them; reports and endpoints on top.</summary>
    static readonly string[] FromTheBottom =
    [
        "Settings, Messages, Writing",
        "Queueing, Delivering",
        "Limiting, Tiering, Metrics",
        "Intake, Commands, Outlets, Sending",
        "Outlets.Smtp, Outlets.Twilio",
        "Reporting"
    ];

    [Fact]
    public void Should_find_no_arrow_that_runs_up() =>
        Assert.Empty(Storeys.Check(typeof(NotificationApplication).Assembly, "Billing.Notification", FromTheBottom));
}
