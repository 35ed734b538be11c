using System.ComponentModel.DataAnnotations;
using Billing.Hosting.Validation;

namespace Billing.Notification.Settings;

/// <summary>What becomes of messages that the provider did not take.</summary>
public sealed record DeliveryOptions : IValidatableObject
{
    const int MostWaits = 20;
    static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    /// <summary>
    /// Waits before the second attempt and those after it, each 1 s to 7 days; their number is the number of retries, at most 20. A list in the configuration
    /// replaces this one. Default a day in all: after a longer wait a bill is no news any more.
    /// </summary>
    public IReadOnlyList<TimeSpan> Waits { get; init; } =
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromHours(16)];

    /// <summary>How long a message waits after "too fast" when the provider does not say, 0.1 s to 1 h. Default 1 s.</summary>
    [Duration("00:00:00.1", "01:00:00")]
    public TimeSpan AfterTooFast { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Attempts of a message whose answers are lost, 1 to 10. Default 3: each may have arrived.</summary>
    [Range(1, 10)]
    public int LostAtMost { get; init; } = 3;

    /// <summary>By how much of itself a wait may be shorter, 0 to 0.9. Default a fifth: messages that failed together do not come back together.</summary>
    [Range(0, 0.9)]
    public double Jitter { get; init; } = 0.2;

    /// <summary>How long after it was due a message is given up, however often it was put off, 1 min to 366 days. Default 2 days.</summary>
    [Duration("00:01:00", "366.00:00:00")]
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromDays(2);

    /// <summary>
    /// True when the provider recognises a message by our id and sends it once. Without it, a message whose answer was lost is sent again and may arrive
    /// twice: late mail is worse than double mail.
    /// </summary>
    public bool ProviderIsIdempotent { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Waits.Count > MostWaits)
            yield return new ValidationResult($"Waits has {Waits.Count} entries; expected at most {MostWaits}.");
        foreach (var wait in Waits.Where(wait => wait < TimeSpan.FromSeconds(1) || wait > LongestWait))
            yield return new ValidationResult($"Waits holds {wait}; expected 1 second to {LongestWait.TotalDays:0} days.");
    }
}
