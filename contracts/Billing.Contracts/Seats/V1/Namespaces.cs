namespace Billing.Contracts.Seats.V1;

/// <summary>Command. Tells where a group or project hangs in its tree, as it is now.</summary>
/// <remarks>A namespace that was never told of is a tree of its own. A tree is at most 20 levels deep, and has no rings.</remarks>
public sealed record RegisterNamespace
{
    ToldMembers<RegisterNamespace> _told;

    public required string NamespaceId { get; init; }

    /// <summary>The namespace above it; none for a root. Left out: it hangs where it hung. Null: it is a root from now on.</summary>
    public string? ParentId
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary><c>group</c> or <c>project</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>When it changed, an instant; an older one than known is old news. Left out: the last one to arrive counts.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>True when the sender told the member, null included; false for a member that is required.</summary>
    /// <param name="member">Its name in C#.</param>
    public bool Tells(string member) => _told.Has(member);

    /// <summary>The same command without what it says of these members.</summary>
    /// <param name="members">Their names in C#.</param>
    public RegisterNamespace LeavingOut(IEnumerable<string> members)
    {
        var copy = this with { };
        copy._told.Remove(members);
        return copy;
    }
}

/// <summary>Command. A group is invited into another group or project, or is no more.</summary>
/// <remarks>The members of the invited group, and of those above it, take up seats where it is invited.</remarks>
public sealed record RecordInvitation
{
    /// <summary>The group or project into which it is invited.</summary>
    public required string NamespaceId { get; init; }

    public required string GroupId { get; init; }

    /// <summary><c>active</c> or <c>removed</c>.</summary>
    public required string State { get; init; }

    /// <summary>
    /// The highest role that the invitation gives, one of those of <see cref="RecordMembership"/>: whoever is more in the group is that much here. Left out:
    /// everyone is here what he is in the group.
    /// </summary>
    public string? Role { get; init; }

    /// <summary>When it changed, an instant; an older one than known is old news. Left out: the last one to arrive counts.</summary>
    public DateTimeOffset? ChangedAt { get; init; }
}

/// <summary>Command. What is true of a user wherever he is a member.</summary>
public sealed record RecordUser
{
    public required string UserId { get; init; }

    /// <summary>Takes up no seat anywhere.</summary>
    public bool Blocked { get; init; }

    /// <summary>Takes up no seat anywhere.</summary>
    public bool Bot { get; init; }

    /// <summary>When it changed, an instant; an older one than known is old news. Left out: the last one to arrive counts.</summary>
    public DateTimeOffset? ChangedAt { get; init; }
}

/// <summary>Command. Changes how seats are refreshed, at once and for all processes. What is left out stays.</summary>
/// <remarks>Answered by <see cref="SeatRefreshSet"/>.</remarks>
public sealed record SetSeatRefresh
{
    /// <summary>Jobs at once over all processes, 0 to 64; 0 is a pause. A job that is one too many ends after the subscription that it has.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>The way of one job for each subscription: <c>off</c>, <c>shadow</c> (computes, writes nothing, reports differences) or <c>on</c>.</summary>
    public string? Jobs { get; init; }

    /// <summary>The way of old, a statement for each hundred: <c>off</c>, <c>shadow</c> or <c>on</c>.</summary>
    public string? Batch { get; init; }

    /// <summary>Who asks.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Event. How seats are refreshed from now on.</summary>
public sealed record SeatRefreshSet
{
    public required int MaxRunning { get; init; }
    public required string Jobs { get; init; }
    public required string Batch { get; init; }
    public string? RequestedBy { get; init; }
}

/// <summary>Event. A way of refreshing that runs in shadow would have written something else than what is stored.</summary>
/// <remarks>Said for each page of a walk that found any; all of them: <c>GET /api/seat-refresh/differences</c>.</remarks>
public sealed record SeatDifferencesFound
{
    /// <summary><c>jobs</c> or <c>batch</c>: the one in shadow.</summary>
    public required string Way { get; init; }

    /// <summary>The tick of the walk, an instant.</summary>
    public required DateTimeOffset DueAt { get; init; }

    public required SeatDifferenceFound[] Differences { get; init; }
}

/// <summary>What is stored of a subscription, what the way in shadow came to, and why.</summary>
public sealed record SeatDifferenceFound
{
    public required string SubscriptionId { get; init; }
    public required int StoredInUse { get; init; }
    public required int InUse { get; init; }
    public required int StoredMaxUsed { get; init; }
    public required int MaxUsed { get; init; }
    public required int StoredOwed { get; init; }
    public required int Owed { get; init; }

    /// <summary>Rule by rule, with the people whom it concerns: <c>bot: robot; invited group: pia, pit</c>.</summary>
    public required string Reason { get; init; }
}
