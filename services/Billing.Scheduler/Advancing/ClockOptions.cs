namespace Billing.Scheduler.Advancing;

/// <summary>The test clock, as its owner has to know it.</summary>
public sealed class ClockOptions
{
    public const string Section = "Clock";

    /// <summary>The installation runs by a test clock, which <c>AdvanceClock</c> moves. The same for every service; never where customers are billed.</summary>
    public bool Test { get; set; }

    /// <summary>What a new installation's test clock shows first, when that is later than the real time; later starts leave it where it is.</summary>
    public DateTimeOffset? Start { get; set; }

    /// <summary>Services that have to answer before the clock is moved; each of their processes has to be idle.</summary>
    public string[] Services { get; set; } = ["scheduler", "seat-refresh", "month-close", "notification"];

    /// <summary>Addresses that are told of each move before the services are, by PUT; the simulated gateway's is <c>/simulator/clock</c>.</summary>
    public string[] Followers { get; set; } = [];
}
