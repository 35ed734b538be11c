namespace Billing.MonthClose.Gateway;

/// <summary>A payment as the gateway has it.</summary>
/// <param name="Reference">The gateway's own id.</param>
/// <param name="Amount">In the currency's major unit.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="ChargeId">Our own id of the charge that asked for it; null when it bears none.</param>
public sealed record GatewayPayment(string Reference, decimal Amount, string Currency, Guid? ChargeId);

/// <summary>What of a payment went back, whoever asked for it.</summary>
public sealed record MoneyBack(IReadOnlyList<MadeRefund> Refunds, IReadOnlyList<MadeDispute> Disputes);

/// <param name="Reference">The gateway's own id.</param>
/// <param name="RefundId">Our own id; null for one that was made at the gateway.</param>
/// <param name="Amount">In the currency's major unit.</param>
/// <param name="Currency">ISO 4217.</param>
public sealed record MadeRefund(string Reference, Guid? RefundId, decimal Amount, string Currency);

/// <summary>A payment that the customer's bank took back, or wants to.</summary>
/// <param name="Reference">The gateway's own id.</param>
/// <param name="Amount">In the currency's major unit.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="IsMoneyGone">False when nothing was taken, or it came back.</param>
public sealed record MadeDispute(string Reference, decimal Amount, string Currency, bool IsMoneyGone);
