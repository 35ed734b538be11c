namespace Billing.Views.MonthClose;

/// <summary>What MonthClose has taken in so far, each counted: the answer of <c>GET api/intake</c>.</summary>
public sealed record IntakeView(long Accounts, long UsageRecords, long Prices, long Credits, long SeatLevels, long RejectedUsage,
    long TaxRates = 0);
