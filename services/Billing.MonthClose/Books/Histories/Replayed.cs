using System.Text.Json.Nodes;

namespace Billing.MonthClose.Books.Histories;

/// <summary>The state of a saga, message by message, and where somebody else changed it.</summary>
public sealed class Replayed
{
    readonly SortedDictionary<string, JsonNode?> _state = new(StringComparer.Ordinal);
    readonly List<SagaDifference> _differences = [];
    const string StateMember = "CurrentState";

    /// <summary>Messages that were taken.</summary>
    public int Messages { get; private set; }

    /// <summary>When the first of them was taken; null for none.</summary>
    public DateTimeOffset? From { get; private set; }

    /// <summary>Whether the first of them is kept; older messages of a saga that ended long ago are not.</summary>
    public bool IsWhole { get; private set; }

    public IReadOnlyDictionary<string, JsonNode?> State => _state;
    public IReadOnlyList<SagaDifference> Differences => _differences;

    public void Take(SagaEntry entry, SagaChange change)
    {
        Messages++;
        From ??= entry.TakenAt;
        IsWhole |= change.Before is null;
        foreach (var (member, was) in Found(entry, change))
            if (_state.TryGetValue(member, out var replayed) && !JsonNode.DeepEquals(replayed, was))
                _differences.Add(new SagaDifference(member, replayed, was, $"before {entry.Message} of {entry.TakenAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"));
        foreach (var (member, value) in change.After)
            _state[member] = value;
    }

    /// <summary>What the message found in the row, as far as it is told: the state, and the members that it changed.</summary>
    static IEnumerable<KeyValuePair<string, JsonNode?>> Found(SagaEntry entry, SagaChange change)
    {
        if (entry.From is { } from)
            yield return new(StateMember, JsonValue.Create(from));
        foreach (var member in change.Before ?? [])
            if (member.Key != StateMember)
                yield return member;
    }

    /// <param name="stored">The row as it is; null when there is none.</param>
    public void Compare(IReadOnlyDictionary<string, JsonNode?>? stored)
    {
        if (stored is null)
        {
            if (Messages > 0)
                _differences.Add(new SagaDifference("the row", "there", null, "now"));
            return;
        }

        foreach (var (member, replayed) in _state)
            if (stored.TryGetValue(member, out var value) && !JsonNode.DeepEquals(replayed, value))
                _differences.Add(new SagaDifference(member, replayed, value, "now"));
    }
}

/// <summary>A member of the state that is not what the messages made of it.</summary>
/// <param name="Member">Its name.</param>
/// <param name="Replayed">What the messages made of it.</param>
/// <param name="Stored">What stood in the row.</param>
/// <param name="When">When it was seen: <c>now</c>, or before which message.</param>
public sealed record SagaDifference(string Member, JsonNode? Replayed, JsonNode? Stored, string When)
{
    public override string ToString() => $"{Member}: the messages say {SagaImage.Shown(Replayed)}, the row {SagaImage.Shown(Stored)} ({When})";
}
