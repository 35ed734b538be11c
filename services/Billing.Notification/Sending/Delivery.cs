namespace Billing.Notification.Sending;

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

public sealed record DeliveryOptions
{
    /// <summary>Waits before the second attempt and those after it. Their number is the number of retries. A day in all: longer, and a bill is no news any more.</summary>
    public IReadOnlyList<TimeSpan> Waits { get; init; } =
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromHours(16)];

    /// <summary>How long a message waits after "too fast" when the provider does not say. 1 s by default.</summary>
    public TimeSpan AfterTooFast { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// True when the provider recognises a message by our id and sends it once. Without it, a lost answer is sent again
    /// and may arrive twice: late mail is worse than double mail.
    /// </summary>
    public bool ProviderIsIdempotent { get; init; }
}

/// <summary>Each message of a batch is decided by itself, so one bad recipient fails alone.</summary>
public static class Delivery
{
    /// <param name="answer">For this recipient.</param>
    /// <param name="attempt">Which it was, from 1.</param>
    /// <param name="now">When it was answered.</param>
    /// <param name="retryAfter">What the provider asks to wait.</param>
    /// <param name="options">The policy.</param>
    public static DeliveryDecision Decide(ProviderAnswer answer, int attempt, DateTimeOffset now, TimeSpan? retryAfter, DeliveryOptions options) => answer switch
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

    static TimeSpan Longer(TimeSpan ours, TimeSpan? theirs) => theirs > ours ? theirs.Value : ours;
}
