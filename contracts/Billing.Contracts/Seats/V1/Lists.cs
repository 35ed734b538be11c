namespace Billing.Contracts.Seats.V1;

/// <summary>Command. Many namespaces in one message, for importers; one that is bad rejects only itself.</summary>
/// <remarks>Answered by <see cref="SeatRecordsTaken"/>.</remarks>
public sealed record RegisterNamespaces
{
    /// <summary>At most 1,000.</summary>
    [EachAlone]
    public required RegisterNamespace[] Namespaces { get; init; }

    /// <summary>What the sender calls this delivery; comes back in the answer.</summary>
    public string? Reference { get; init; }
}

/// <summary>Command. Many invitations in one message, for importers; one that is bad rejects only itself.</summary>
/// <remarks>Answered by <see cref="SeatRecordsTaken"/>.</remarks>
public sealed record RecordInvitations
{
    /// <summary>At most 1,000.</summary>
    [EachAlone]
    public required RecordInvitation[] Invitations { get; init; }

    /// <summary>What the sender calls this delivery; comes back in the answer.</summary>
    public string? Reference { get; init; }
}

/// <summary>Command. Many users in one message, for importers; one that is bad rejects only itself.</summary>
/// <remarks>Answered by <see cref="SeatRecordsTaken"/>.</remarks>
public sealed record RecordUsers
{
    /// <summary>At most 1,000.</summary>
    [EachAlone]
    public required RecordUser[] Users { get; init; }

    /// <summary>What the sender calls this delivery; comes back in the answer.</summary>
    public string? Reference { get; init; }
}

/// <summary>Command. Many memberships in one message, for importers; one that is bad rejects only itself.</summary>
/// <remarks>Answered by <see cref="SeatRecordsTaken"/>.</remarks>
public sealed record RecordMemberships
{
    /// <summary>At most 1,000.</summary>
    [EachAlone]
    public required RecordMembership[] Memberships { get; init; }

    /// <summary>What the sender calls this delivery; comes back in the answer.</summary>
    public string? Reference { get; init; }
}

/// <summary>Command. Many subscriptions in one message, for importers; one that is bad rejects only itself.</summary>
/// <remarks>Answered by <see cref="SeatRecordsTaken"/>.</remarks>
public sealed record RegisterSubscriptions
{
    /// <summary>At most 1,000.</summary>
    [EachAlone]
    public required RegisterSubscription[] Subscriptions { get; init; }

    /// <summary>What the sender calls this delivery; comes back in the answer.</summary>
    public string? Reference { get; init; }
}

/// <summary>Event. The answer to each of the commands that bring many.</summary>
public sealed record SeatRecordsTaken
{
    public string? Reference { get; init; }

    /// <summary><c>namespaces</c>, <c>invitations</c>, <c>users</c>, <c>memberships</c> or <c>subscriptions</c>.</summary>
    public required string What { get; init; }

    /// <summary>Those that are new or have changed.</summary>
    public required int Taken { get; init; }

    /// <summary>Those of which nothing was new, or that were old news.</summary>
    public required int Unchanged { get; init; }

    public required RejectedSeatRecord[] Rejected { get; init; }
}

/// <summary>One that was not taken, and why.</summary>
public sealed record RejectedSeatRecord
{
    /// <summary>Its place in the command, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Its own key, as it was told.</summary>
    public required string Key { get; init; }

    /// <summary>One sentence for each field: what it held and what was expected.</summary>
    public required string[] Reasons { get; init; }
}
