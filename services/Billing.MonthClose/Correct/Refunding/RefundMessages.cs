namespace Billing.MonthClose.Correct.Refunding;

// What is said about a refund inside this service. It grows, and never changes.

/// <summary>Command. Asks the gateway to give the money back.</summary>
/// <param name="Look">How many looks were taken for it before, when it is asked for again.</param>
public sealed record AskRefund(Guid RefundId, int Look = 0);

/// <summary>Timer. Asks the gateway what became of the refund. It never refunds.</summary>
/// <param name="Look">Which look it is, from 1.</param>
public sealed record LookForRefund(Guid RefundId, int Look);

/// <summary>Command. Writes to the customer that money went back.</summary>
public sealed record TellOfRefund(Guid RefundId);
