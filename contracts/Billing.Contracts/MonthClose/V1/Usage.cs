namespace Billing.Contracts.MonthClose.V1;

/// <summary>Command. Records what accounts used; many records in one message, and one bad record rejects only itself.</summary>
/// <remarks>Answered by <see cref="UsageRecorded"/>, which names each record that was not taken and why.</remarks>
public sealed record RecordUsage
{
    /// <summary>At most 1,000 records.</summary>
    [EachAlone]
    public required UsageRecord[] Records { get; init; }

    /// <summary>What the sender calls this delivery, such as a file's name and a line range; comes back in the answer.</summary>
    public string? Reference { get; init; }
}

/// <summary>One use of one service by one account.</summary>
public sealed record UsageRecord
{
    /// <summary>The sender's own id, 1 to 256 printable characters: the same id of one account twice counts once.</summary>
    public required string UsageId { get; init; }

    public required string AccountId { get; init; }

    /// <summary>What is priced. Left out when the record brings its own <see cref="Cost"/>.</summary>
    public string? PriceCode { get; init; }

    /// <summary>How much was used, in units of the price code. Hourly prices take the hours from the two instants instead.</summary>
    public decimal Quantity { get; init; }

    /// <summary>Start of the use, an instant. Its day in the account's time zone decides the billing period.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>End of the use, an instant, exclusive; equal to the start for a single event.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Which resource was used. Started hours and the monthly cap are counted for each resource.</summary>
    public string? ResourceId { get; init; }

    /// <summary>A cost that was rated elsewhere, full precision, in <see cref="Currency"/>; negative for a credit.</summary>
    public decimal? Cost { get; init; }

    /// <summary>ISO 4217 of <see cref="Cost"/>; must be the account's.</summary>
    public string? Currency { get; init; }

    /// <summary>Charge category of a rated cost: <c>Usage</c>, <c>Purchase</c>, <c>Credit</c>, <c>Adjustment</c>, <c>Tax</c>.</summary>
    public string? Category { get; init; }

    /// <summary>Service that a rated cost is for. Records of one category, service and SKU become one line.</summary>
    public string? ServiceName { get; init; }

    public string? Sku { get; init; }

    /// <summary>What the line of a rated cost says.</summary>
    public string? Description { get; init; }
}

/// <summary>Event. The answer to <see cref="RecordUsage"/>.</summary>
public sealed record UsageRecorded
{
    public string? Reference { get; init; }

    /// <summary>Records taken now.</summary>
    public required int Recorded { get; init; }

    /// <summary>Records that were there already under the same id.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Records taken for a later period, because the account's period was invoiced already.</summary>
    public int Late { get; init; }

    public required RejectedUsage[] Rejected { get; init; }
}

/// <summary>A usage record that was not taken. It is kept, with the reason, until someone sends it right.</summary>
public sealed record RejectedUsage
{
    /// <summary>Its place in the command, from 0.</summary>
    public int? Index { get; init; }

    /// <summary>Empty when it was not told, or cannot be read; like <see cref="AccountId"/>.</summary>
    public required string UsageId { get; init; }

    public required string AccountId { get; init; }

    /// <summary>The field that is wrong; <c>Record</c> when it is no object at all.</summary>
    public required string Field { get; init; }

    /// <summary>What the field holds; what cannot be read is told as it stands in the JSON.</summary>
    public string? Value { get; init; }

    public required string Expected { get; init; }
}
