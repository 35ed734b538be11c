using Billing.Notification.Queueing;
using Billing.Notification.Writing;

namespace Billing.Notification.Sending;

/// <summary>A message as its recipient will read it.</summary>
/// <param name="Message">The row.</param>
/// <param name="Letter">Subject and text; an SMS shows the text only.</param>
sealed record ReadyMessage(OutgoingMessage Message, Letter Letter);

/// <param name="Answer">What became of it.</param>
/// <param name="Words">The provider's own words, when it was not taken.</param>
/// <param name="RetryAfter">What the provider asks to wait.</param>
sealed record ProviderReply(ProviderAnswer Answer, string? Words = null, TimeSpan? RetryAfter = null)
{
    public static ProviderReply Accepted { get; } = new(ProviderAnswer.Accepted);
}

/// <summary>Where the messages of a channel leave the house.</summary>
interface IOutlet
{
    /// <summary>How many may be handed over at the same time.</summary>
    int InFlight { get; }

    /// <summary>Hands over one message. Whatever goes wrong with it is an answer, not an exception.</summary>
    ValueTask<ProviderReply> SendAsync(ReadyMessage ready);
}
