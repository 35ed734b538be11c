using System.ComponentModel.DataAnnotations;
using Billing.Hosting.Work;
using Billing.Notification.Messages;
using Billing.Notification.Settings;

namespace Billing.Notification.Delivering;

/// <summary>How a provider answered for one recipient.</summary>
public enum ProviderAnswer
{
    Accepted,

    /// <summary>429: too fast. Not the message's fault.</summary>
    TooFast,

    /// <summary>5xx, refused connection: it was not taken, and may be later.</summary>
    Unavailable,

    /// <summary>Not this recipient, and not now, such as a mailbox that is full: the provider asks to come again.</summary>
    Deferred,

    /// <summary>The connection was lost after sending: it may have been taken.</summary>
    Lost,

    /// <summary>The address does not exist or the text is not allowed: never again.</summary>
    Rejected
}

/// <summary>What becomes of one message after an attempt.</summary>
public abstract record DeliveryDecision
{
    public sealed record Sent : DeliveryDecision;

    public sealed record TryAgain(DateTimeOffset At, int Attempt) : DeliveryDecision;

    public sealed record Failed(string Reason) : DeliveryDecision;
}

/// <summary>Each message of a batch is decided by itself, so one bad recipient fails alone.</summary>
public static class Delivery
{
    /// <summary>As below, within the message's budget and with its jitter: always the same for the same attempt, so that a test can tell.</summary>
    public static DeliveryDecision Decide(ProviderAnswer answer, OutgoingMessage message, DateTimeOffset now, TimeSpan? retryAfter, DeliveryOptions options)
    {
        if (answer == ProviderAnswer.Lost && message.Attempt >= options.LostAtMost && !options.ProviderIsIdempotent)
            return new DeliveryDecision.Failed($"no answer after {message.Attempt} attempts, and each may have arrived");
        var decision = Decide(answer, message.Attempt, now, retryAfter, options);
        if (decision is not DeliveryDecision.TryAgain again)
            return decision;
        var at = now + (again.At - now).Shortened(options.Jitter, Chance(message));
        at = retryAfter is { } asked && at < now + asked ? now + asked : at;
        return at - (message.Since ?? message.QueuedAt) > options.GiveUpAfter
            ? new DeliveryDecision.Failed($"given up after {(now - (message.Since ?? message.QueuedAt)).TotalHours:0.#} hours and {message.Attempt} attempts")
            : again with { At = at };
    }

    /// <param name="answer">For this recipient.</param>
    /// <param name="attempt">Which it was, from 1.</param>
    /// <param name="now">When it was answered.</param>
    /// <param name="retryAfter">What the provider asks to wait.</param>
    /// <param name="options">The policy.</param>
    public static DeliveryDecision Decide(ProviderAnswer answer, int attempt, DateTimeOffset now, TimeSpan? retryAfter, DeliveryOptions options) =>
        answer switch
        {
            ProviderAnswer.Accepted => new DeliveryDecision.Sent(),
            ProviderAnswer.Rejected => new DeliveryDecision.Failed("rejected by the provider"),
            // Our own haste uses up none of the message's attempts.
            ProviderAnswer.TooFast => new DeliveryDecision.TryAgain(now + (retryAfter ?? options.AfterTooFast), attempt),
            ProviderAnswer.Unavailable or ProviderAnswer.Deferred or ProviderAnswer.Lost when attempt <= options.Waits.Count =>
                new DeliveryDecision.TryAgain(now + Longer(options.Waits[attempt - 1], retryAfter), attempt + 1),
            ProviderAnswer.Deferred => new DeliveryDecision.Failed($"deferred {attempt} times"),
            ProviderAnswer.Unavailable or ProviderAnswer.Lost => new DeliveryDecision.Failed($"no answer after {attempt} attempts"),
            _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "no such answer")
        };

    // from 0 to 1, by the message's id, which is as good as random
    static double Chance(OutgoingMessage message)
    {
        Span<byte> id = stackalloc byte[16];
        message.NotificationId.TryWriteBytes(id);
        return (uint)(BitConverter.ToUInt32(id[12..]) + ((uint)message.Attempt * 2_654_435_761u)) / (double)uint.MaxValue;
    }

    static TimeSpan Longer(TimeSpan ours, TimeSpan? theirs) => theirs > ours ? theirs.Value : ours;
}
