using System.Runtime.CompilerServices;
using Billing.Contracts;

namespace Billing.Hosting.Validation;

/// <summary>A value of a record that cannot be read.</summary>
/// <param name="Field">The record's member, or <c>Record</c> when it is no object at all.</param>
/// <param name="Value">What stands there, as text.</param>
/// <param name="Json">The same as JSON, at most 80 characters of it.</param>
/// <param name="Expected">What should stand there, as the end of a sentence.</param>
public sealed record UnreadableValue(string Field, string Value, string Json, string Expected)
{
    /// <summary>False where something confidential stands, or should stand.</summary>
    public bool MayBeShown { get; init; } = true;

    public override string ToString() => $"{Field} is {(MayBeShown ? Json : Confidential.Veiled(Json))}; expected {Expected}.";
}

/// <summary>One record of a list, as it was told.</summary>
/// <param name="Index">Its place in the list, from 0.</param>
/// <param name="Record">Without the values that cannot be read.</param>
/// <param name="Unreadable">These values; none for a record that was read.</param>
/// <param name="Json">As it stands in the message, when something of it cannot be read.</param>
public sealed record ListedRecord<T>(int Index, T Record, IReadOnlyList<UnreadableValue> Unreadable, string? Json)
    where T : class;

/// <summary>
/// Lists marked with <see cref="EachAloneAttribute"/>. A record that cannot be read stands in its array as null, so that nobody takes half of it for the whole;
/// here it is given with what is wrong.
/// </summary>
public static class RecordList
{
    static readonly ConditionalWeakTable<Array, Dictionary<int, object>> Unread = [];
    static readonly UnreadableValue Nothing = new("Record", "null", "null", "an object");

    /// <summary>Every record of the list, in its order.</summary>
    public static IReadOnlyList<ListedRecord<T>> Of<T>(T[] records)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(records);      // a missing list is refused before
        var unread = Unread.TryGetValue(records, out var found) ? found : null;
        return [.. records.Select((record, at) =>
            record is not null ? new ListedRecord<T>(at, record, [], null)
            : unread?.GetValueOrDefault(at) as ListedRecord<T> ?? Empty<T>(at, Nothing, "null"))];
    }

    internal static void Remember<T>(T?[] records, IEnumerable<ListedRecord<T>> unread)
        where T : class => Unread.Add(records, unread.ToDictionary(one => one.Index, one => (object)one));

    /// <summary>One that is no object: it has no members, not even those that a contract requires.</summary>
    internal static ListedRecord<T> Empty<T>(int index, UnreadableValue value, string json)
        where T : class => new(index, (T)RuntimeHelpers.GetUninitializedObject(typeof(T)), [value], json);
}
