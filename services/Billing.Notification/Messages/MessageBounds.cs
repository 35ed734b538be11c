using Billing.Contracts;

namespace Billing.Notification.Messages;

/// <summary>How long the parts of a message may be, in characters.</summary>
static class MessageBounds
{
    public const int LongestWorkspaceId = ExternalId.Longest;

    /// <summary>What the mail standard allows an address.</summary>
    public const int LongestRecipient = 254;

    public const int LongestTemplate = 64;
    public const int LongestSubject = 400;

    /// <summary>Twilio takes no longer text.</summary>
    public const int LongestSms = 1600;

    public const int LongestReason = 1000;
}
