using System.Text.Json;

namespace Billing.Views.MonthClose;

/// <summary>A saga's state as its messages made it, beside the row: the answer of <c>GET api/replay/…</c>.</summary>
public sealed record ReplayView
{
    /// <summary><c>Run</c>, <c>Collection</c> or <c>ChargeInquiry</c>.</summary>
    public required string Saga { get; init; }

    public required Guid SagaId { get; init; }

    /// <summary>The moment of which the state is; null for now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Messages that it took by then.</summary>
    public required int Messages { get; init; }

    /// <summary>When it took the first that is kept; null when none is.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Whether its first message is kept, so that the whole state is built from them.</summary>
    public required bool IsWhole { get; init; }

    public required IReadOnlyDictionary<string, JsonElement?> State { get; init; }

    /// <summary>Where the row is not what the messages made of it.</summary>
    public required IReadOnlyList<ReplayDifference> Differences { get; init; }

    /// <summary>The newest messages, the oldest of them first.</summary>
    public required IReadOnlyList<ReplayedMessage> Newest { get; init; }

    /// <summary>The chunks of a run, each built anew in the same way; null for other sagas, and for a moment that has passed.</summary>
    public ReplayedChunks? Chunks { get; init; }

    public const int MostMessages = 200;
}

/// <param name="Member">A member of the state.</param>
/// <param name="Replayed">What the messages made of it.</param>
/// <param name="Stored">What stands in the row.</param>
/// <param name="When"><c>now</c>, or before which message it was seen.</param>
public sealed record ReplayDifference(string Member, string Replayed, string Stored, string When);

/// <param name="At">When it was taken.</param>
/// <param name="Message">Its type.</param>
/// <param name="MessageId">Its id.</param>
/// <param name="From">The state before it; null when it made the saga.</param>
/// <param name="To">The state after it.</param>
/// <param name="Changed">The members that it changed.</param>
/// <param name="Body">The message itself.</param>
public sealed record ReplayedMessage(
    DateTimeOffset At, string Message, Guid? MessageId, string? From, string To, IReadOnlyList<string> Changed, JsonElement Body);

/// <param name="Total">How many chunks took a message.</param>
/// <param name="Messages">How many messages they took.</param>
/// <param name="Differences">What is not as the messages made it, each with the chunk's number.</param>
public sealed record ReplayedChunks(int Total, int Messages, IReadOnlyList<string> Differences);
