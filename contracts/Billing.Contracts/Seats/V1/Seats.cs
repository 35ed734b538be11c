namespace Billing.Contracts.Seats.V1;

/// <summary>Command. Makes a subscription known, or brings it up to date. One for each namespace.</summary>
/// <remarks>An optional member that is left out stays as it was; told as null, it is cleared.</remarks>
public sealed record RegisterSubscription
{
    ToldMembers<RegisterSubscription> _told;

    public required string SubscriptionId { get; init; }

    /// <summary>The account that pays.</summary>
    public required string AccountId { get; init; }

    /// <summary>The namespace whose members are counted.</summary>
    public required string NamespaceId { get; init; }

    /// <summary>Seats bought for the term.</summary>
    public required int Seats { get; init; }

    /// <summary>Plan code, such as <c>premium</c>; <c>free</c> is not billed.</summary>
    public required string Plan { get; init; }

    public bool? Trial
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>First day of the term.</summary>
    public required DateOnly TermStart { get; init; }

    /// <summary>Last day of the term.</summary>
    public required DateOnly TermEnd { get; init; }

    /// <summary>Where it is said that seats run out, or that more are used than were bought; nowhere when there is none. Masked in logs.</summary>
    [Confidential]
    public string? AlertEmail
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>When it changed, an instant; an older one than known is old news. Left out: the last one to arrive counts.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>True when the sender told the member, null included; false for a member that is required.</summary>
    /// <param name="member">Its name in C#.</param>
    public bool Tells(string member) => _told.Has(member);

    /// <summary>The same command without what it says of these members.</summary>
    /// <param name="members">Their names in C#.</param>
    public RegisterSubscription LeavingOut(IEnumerable<string> members)
    {
        var copy = this with { };
        copy._told.Remove(members);
        return copy;
    }
}

/// <summary>Command. A subscription is over: nothing is owed from now on, and its namespace may have another one.</summary>
/// <remarks>Registered again, it goes on. Ended twice is ended once.</remarks>
public sealed record EndSubscription
{
    public required string SubscriptionId { get; init; }

    /// <summary>When it ended, an instant; one that is older than what is known is old news. Left out: the last word to arrive counts.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Who asks.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Command. One person's membership of a namespace, as it is now.</summary>
public sealed record RecordMembership
{
    public required string NamespaceId { get; init; }
    public required string UserId { get; init; }

    /// <summary><c>minimal_access</c>, <c>guest</c>, <c>planner</c>, <c>reporter</c>, <c>developer</c>, <c>maintainer</c> or <c>owner</c>.</summary>
    public required string Role { get; init; }

    /// <summary><c>active</c>, <c>awaiting</c>, <c>blocked</c>, <c>banned</c> or <c>removed</c>.</summary>
    public required string State { get; init; }

    public bool Bot { get; init; }

    /// <summary>The custom role on top of the role, at most 64 characters; none when left out.</summary>
    public string? CustomRole { get; init; }

    /// <summary>True when the custom role may do more than a guest may: its holder takes up a seat even on a plan where guests are free.</summary>
    public bool CustomRoleTakesSeat { get; init; }

    /// <summary>When it changed, an instant; an older one than known is old news. Left out: the last one to arrive counts.</summary>
    public DateTimeOffset? ChangedAt { get; init; }
}

/// <summary>Command. Counts the seats of one subscription now.</summary>
public sealed record RefreshSeats
{
    public required string SubscriptionId { get; init; }

    public string? RequestedBy { get; init; }

    /// <summary>Leaves the subscription alone when it was counted at this instant or later. Left out: counts in any case.</summary>
    public DateTimeOffset? UnlessCountedSince { get; init; }
}

/// <summary>Command. Refreshes every subscription that is due.</summary>
/// <remarks>Sent by the scheduler; the same tick twice does the work once.</remarks>
public sealed record StartSeatRefresh
{
    /// <summary>The due time of the tick, an instant.</summary>
    public required DateTimeOffset DueAt { get; init; }
}

/// <summary>Event. The seats of a subscription have changed: by a count, or because something else was bought.</summary>
public sealed record SeatUsageChanged
{
    public required string SubscriptionId { get; init; }
    public required string AccountId { get; init; }

    /// <summary>Counts the changes of the subscription, from 1; a lower one than known is old news.</summary>
    public required int Version { get; init; }

    public required int Seats { get; init; }
    public required int SeatsInUse { get; init; }

    /// <summary>High-water mark of the term.</summary>
    public required int MaxSeatsUsed { get; init; }

    /// <summary>Seats above those bought, to be paid as a true-up.</summary>
    public required int SeatsOwed { get; init; }

    /// <summary>When it changed, an instant. Its day in the account's time zone is the first that is owed.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>What is bought now.</summary>
    public string? Plan { get; init; }

    public bool? Trial { get; init; }

    /// <summary>First day of the term.</summary>
    public DateOnly? TermStart { get; init; }

    /// <summary>Last day of the term.</summary>
    public DateOnly? TermEnd { get; init; }

    /// <summary>True when the subscription has ended.</summary>
    public bool? Ended { get; init; }
}
