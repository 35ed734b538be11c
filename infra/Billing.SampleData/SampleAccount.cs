using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Seats.V1;

namespace Billing.SampleData;

/// <summary>One account of the sample month with all that happened to it.</summary>
public sealed record SampleAccount
{
    public required RegisterAccount Account { get; init; }
    public IReadOnlyList<UsageRecord> Usage { get; init; } = [];
    public GrantCredit? Credit { get; init; }

    /// <summary>What SeatRefresh would have said of the account in the month.</summary>
    public SeatUsageChanged? Seats { get; init; }
}
