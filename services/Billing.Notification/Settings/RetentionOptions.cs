using Billing.Hosting.Validation;

namespace Billing.Notification.Settings;

/// <summary>What is kept of messages that have ended. Their rows stay for ever: an id says that it was asked for before.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>
    /// How long the recipient and the words of a message are kept after it was sent, was dropped or failed, 1 day to 10 years. Default 90 days: so long a
    /// customer asks what he was told. A message without them cannot be replayed.
    /// </summary>
    [Duration("1.00:00:00", "3653.00:00:00")]
    public TimeSpan Words { get; set; } = TimeSpan.FromDays(90);
}
