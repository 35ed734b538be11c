using System.ComponentModel.DataAnnotations;
using Billing.Hosting.Validation;

namespace Billing.MonthClose.Collect.Webhooks;

/// <summary>How the gateway's own messages are told from anybody's.</summary>
public sealed class WebhookOptions : IValidatableObject
{
    public const string Section = "Gateway:Webhooks";

    /// <summary>
    /// The endpoint's signing secrets (<c>whsec_…</c>). Two while one is being rolled: Stripe signs with both for up to a day. None refuses every
    /// webhook; the outcomes are then found by asking.
    /// </summary>
    public string[] Secrets { get; set; } = [];

    /// <summary>How far a signature's time may be from ours. Default 300 s, as Stripe's own libraries have it: an older request may be a replay.</summary>
    [Duration("00:00:01", "01:00:00")]
    public TimeSpan Tolerance { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>The largest body that is read. Default 256 KiB: an event with its payment is some 10 KiB.</summary>
    [Range(1024, 10 * 1024 * 1024)]
    public int LargestBody { get; set; } = 256 * 1024;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Secrets.Any(secret => secret.Length < 16))
            yield return new ValidationResult("Gateway:Webhooks:Secrets: expected secrets of at least 16 characters, such as whsec_…");
    }
}
