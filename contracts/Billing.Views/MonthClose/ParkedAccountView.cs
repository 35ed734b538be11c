namespace Billing.Views.MonthClose;

/// <summary>One account that a run set aside: a row of <c>GET api/runs/{period}/parked</c>.</summary>
/// <param name="AccountId">Whose.</param>
/// <param name="ReasonCode">The class of the cause.</param>
/// <param name="Reason">A sentence that a person can act on.</param>
/// <param name="ParkedAt">The step at which it stood, and goes on when it is unparked.</param>
/// <param name="InvoiceNumber">Null when it was not invoiced yet.</param>
/// <param name="Open">What is due of its invoice, in the major unit.</param>
/// <param name="Currency">ISO 4217, of the account.</param>
public sealed record ParkedAccountView(
    string AccountId, string? ReasonCode, string? Reason, string? ParkedAt, string? InvoiceNumber, decimal Open, string Currency);
