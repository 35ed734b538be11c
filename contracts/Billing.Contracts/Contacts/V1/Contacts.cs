namespace Billing.Contracts.Contacts.V1;

/// <summary>
/// Event. The contact data of an account was erased: each service erases what it holds of the person, and takes nothing of him any more. It says nothing of
/// him itself.
/// </summary>
/// <remarks>Each service answers with <see cref="ContactDataErased"/>.</remarks>
public sealed record ContactErased
{
    public required string AccountId { get; init; }
    public required DateTimeOffset ErasedAt { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string ErasedBy { get; init; }
}

/// <summary>Event. One service has erased what it held of a person. The second time it had nothing to erase.</summary>
public sealed record ContactDataErased
{
    public required string AccountId { get; init; }

    /// <summary>Such as <c>notification</c>.</summary>
    public required string Service { get; init; }

    /// <summary>Values of its tables that were erased, or struck out of free text.</summary>
    public required int Values { get; init; }

    /// <summary>Messages in its queues of what was set aside that were taken away, or lost a record.</summary>
    public required int Messages { get; init; }
}
