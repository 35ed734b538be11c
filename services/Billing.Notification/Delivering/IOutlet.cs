using Billing.Notification.Messages;
using Billing.Notification.Writing;

namespace Billing.Notification.Delivering;

/// <summary>A message as its recipient will read it.</summary>
/// <param name="Message">The row.</param>
/// <param name="Content">Subject and text; an SMS shows the text only.</param>
sealed record ReadyMessage(OutgoingMessage Message, MessageContent Content)
{
    /// <summary>Fills in the message's template.</summary>
    /// <returns>The message ready to be sent, or why it cannot be.</returns>
    public static (ReadyMessage? Ready, string? Refusal) Of(OutgoingMessage message)
    {
        if (ContactSeal.Locked(message) is { } locked)
            return (null, locked);
        if (message.Template is not { } template)
            return (new ReadyMessage(message, new MessageContent(Templates.OneLine(message.Subject ?? ""), message.Text ?? "")), null);
        var (content, refusal) = Templates.Write(template, message.Values ?? new Dictionary<string, string>());
        return (content is null ? null : new ReadyMessage(message, content), refusal);
    }
}

/// <param name="Answer">What became of the message.</param>
/// <param name="Words">The provider's own words, when it did not take the message.</param>
/// <param name="RetryAfter">How long the provider asks to wait.</param>
sealed record ProviderReply(ProviderAnswer Answer, string? Words = null, TimeSpan? RetryAfter = null)
{
    public static ProviderReply Accepted { get; } = new(ProviderAnswer.Accepted);
}

/// <summary>Hands the messages of a channel to its provider.</summary>
interface IOutlet
{
    /// <summary>No bound of its own: the channel's limit in flight counts, which is changed at run time.</summary>
    const int Unbounded = int.MaxValue;

    /// <summary>How many messages it can take at the same time, whatever the limits say.</summary>
    int InFlight { get; }

    /// <summary>Whether a message is known to have been handed over, by what lies on the other side: false says only that nobody can tell.</summary>
    /// <param name="id">Of the message.</param>
    /// <param name="channel">By which way.</param>
    bool HasLeft(Guid id, Channel channel) => false;

    /// <summary>Hands over one message. Whatever goes wrong with it is an answer, not an exception.</summary>
    ValueTask<ProviderReply> SendAsync(ReadyMessage ready);
}
