using Billing.Hosting.Texts;
using Billing.Notification.Messages;

namespace Billing.Notification.Delivering;

/// <summary>Writes into a message what was decided about it.</summary>
static class MessageOutcome
{
    /// <param name="message">The one that was handed over.</param>
    /// <param name="decision">What becomes of it.</param>
    /// <param name="words">The provider's own words; null when it took the message.</param>
    /// <param name="now">When the provider answered.</param>
    public static void Apply(this OutgoingMessage message, DeliveryDecision decision, string? words, DateTimeOffset now)
    {
        switch (decision)
        {
            case DeliveryDecision.Sent:
                message.End(MessageState.Sent, null, now);
                break;
            case DeliveryDecision.Failed failed:
                message.Fail(words is null ? failed.Reason : $"{failed.Reason}: {words}", now);
                break;
            case DeliveryDecision.TryAgain again:
                (message.State, message.DueAt, message.Attempt) = (MessageState.Deferred, again.At, again.Attempt);
                message.Reason = words?.ShortenedTo(MessageBounds.LongestReason);
                break;
            default:
                throw new InvalidOperationException($"{decision} is no decision about a message.");
        }
    }

    public static void Fail(this OutgoingMessage message, string? reason, DateTimeOffset now) => message.End(MessageState.Failed, reason, now);

    /// <summary>The message waits for its turn again, as if nobody had claimed it.</summary>
    public static void GiveBack(this OutgoingMessage message) => (message.State, message.DueAt) = (MessageState.Queued, null);

    static void End(this OutgoingMessage message, MessageState state, string? reason, DateTimeOffset now) =>
        (message.State, message.Reason, message.DueAt, message.EndedAt) = (state, reason?.ShortenedTo(MessageBounds.LongestReason), null, now);
}
