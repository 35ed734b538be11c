namespace Billing.Views.MonthClose;

/// <summary>What stands still or waits, counted: the answer of <c>GET api/standing</c>. When each kind that needs a person is 0, nothing does.</summary>
public sealed record StandingView
{
    /// <summary>When it was counted.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Every kind, also those of which there is none.</summary>
    public required IReadOnlyList<StandingKind> Kinds { get; init; }

    /// <summary>Open invoices past their last day, by currency and age.</summary>
    public required IReadOnlyList<OverdueMoney> Overdue { get; init; }

    /// <summary>Collections that have not ended, by state and currency.</summary>
    public required IReadOnlyList<WaitingCollections> Collections { get; init; }

    /// <summary>Parked accounts, by month and cause.</summary>
    public required IReadOnlyList<ParkedAccounts> Parked { get; init; }
}

/// <param name="Kind">A name that stays the same: it is the tag of the figure <c>billing_standing</c> too.</param>
/// <param name="Count">How many.</param>
/// <param name="Oldest">Since when the oldest of them is so; null when there is none, or when nobody wrote it down.</param>
/// <param name="NeedsPerson">It does not end by itself.</param>
public sealed record StandingKind(string Kind, int Count, DateTimeOffset? Oldest, bool NeedsPerson);

/// <param name="Currency">ISO 4217.</param>
/// <param name="FromDays">Days since the last day on which they were paid in time, by the calendar of UTC; at least so many.</param>
/// <param name="ToDays">At most so many; null for the oldest.</param>
/// <param name="Invoices">How many.</param>
/// <param name="Open">What is due of them, in the major unit.</param>
public sealed record OverdueMoney(string Currency, int FromDays, int? ToDays, int Invoices, decimal Open);

/// <param name="State">As <c>GET api/collections?state=</c> takes it.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Count">How many.</param>
/// <param name="Open">What is due of their invoices, in the major unit.</param>
/// <param name="Oldest">When the oldest began.</param>
public sealed record WaitingCollections(string State, string Currency, int Count, decimal Open, DateTimeOffset? Oldest);

/// <param name="Period">The month, such as <c>2026-10</c>.</param>
/// <param name="ReasonCode">Why.</param>
/// <param name="Accounts">How many.</param>
public sealed record ParkedAccounts(string Period, string ReasonCode, int Accounts);
