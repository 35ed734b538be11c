using System.ComponentModel.DataAnnotations;
using Billing.Hosting.Validation;

namespace Billing.Notification.Settings;

/// <summary>Between which bounds a channel's limit moves, and how fast.</summary>
public sealed record AdaptiveOptions
{
    /// <summary>False leaves the limit where it is set.</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>
    /// The limit never falls below this, sends a second, 1 to 10,000. Default 5: slow enough for any provider, fast enough to notice that it has recovered.
    /// </summary>
    [Range(1, 10_000)]
    public int Floor { get; init; } = 5;

    /// <summary>The limit never rises above this, sends a second, from 1. The channel's own limit is always a ceiling; by default there is no other.</summary>
    [Range(1, int.MaxValue)]
    public int Ceiling { get; init; } = int.MaxValue;

    /// <summary>The share of the limit that is left after a 429, 0.01 to 0.99. Default a half: five refusals reach a thirtieth.</summary>
    [Range(0.01, 0.99)]
    public double AfterRefusal { get; init; } = 0.5;

    /// <summary>The share of the limit that is left when the provider slows down, 0.01 to 0.99. Default 0.8.</summary>
    [Range(0.01, 0.99)]
    public double AfterSlowdown { get; init; } = 0.8;

    /// <summary>A provider is slow at so many times its usual latency, 1.1 to 100. Default 3: below that lies ordinary jitter.</summary>
    [Range(1.1, 100)]
    public double SlowFactor { get; init; } = 3;

    /// <summary>No provider is slow below this latency, 1 ms to 1 min. Default 500 ms: a busy machine of our own takes as long now and then.</summary>
    [Duration("00:00:00.001", "00:01:00")]
    public TimeSpan SlowFrom { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause that a provider may ask for, 1 s to 1 day. Default 5 min: after that it is asked again, slowly.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan LongestHold { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long it must be quiet before the limit rises by a step, 0.1 s to 1 day. Default 10 s.</summary>
    [Duration("00:00:00.1", "1.00:00:00")]
    public TimeSpan RecoverAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A step up, as a share of the ceiling, 0.001 to 1. Default a tenth: from floor to ceiling in under two minutes.</summary>
    [Range(0.001, 1)]
    public double RecoverStep { get; init; } = 0.1;

    /// <summary>After the limit fell, further bad news counts as the same trouble for so long, 0 to 1 min. Default 1 s.</summary>
    [Duration("00:00:00", "00:01:00")]
    public TimeSpan Echo { get; init; } = TimeSpan.FromSeconds(1);
}
