namespace Billing.SeatRefresh.Refreshing;

/// <summary>Command, of this service to itself. Takes the next due subscriptions of a tick, behind the one where it stopped.</summary>
public sealed record ContinueSeatRefresh
{
    /// <summary>The due time of the tick, an instant.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Counts older than this instant are due; the same for the whole tick.</summary>
    public required DateTimeOffset CountedBefore { get; init; }

    /// <summary>Last subscription taken, in the order of last count and then id; none when left out.</summary>
    public string? AfterSubscriptionId { get; init; }

    /// <summary>Last count of that subscription; never when left out.</summary>
    public DateTimeOffset? AfterCountedAt { get; init; }
}
