namespace Billing.Contracts.MonthClose.V1;

/// <summary>
/// Command. Takes back an issued invoice, as a whole or in part. What is open of it is reduced first; what is more than that, the excess, was paid
/// already and goes where the sender says: <see cref="Refund"/> + <see cref="AccountCredit"/> + <see cref="Outside"/> are the excess, exactly.
/// </summary>
/// <remarks>Answered by <see cref="CreditNoteIssued"/>. Rejected when the invoice is not as the sender believes.</remarks>
public sealed record IssueCreditNote
{
    /// <summary>The sender's own id of the credit note: the same id twice counts once, for ever.</summary>
    public required string CreditNoteId { get; init; }

    /// <summary>The number on the invoice, such as <c>INV-000000042</c>.</summary>
    public required string InvoiceNumber { get; init; }

    /// <summary>The invoice's version when the sender read it: if it has changed since, nothing is done.</summary>
    public required int InvoiceVersion { get; init; }

    /// <summary>When the sender read it: not before the invoice was issued, and not after now. Left out, it is not compared.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>What is taken back in all, in the currency's major unit: at most the invoice's total less its earlier credit notes.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217; must be the invoice's.</summary>
    public required string Currency { get; init; }

    public required string Reason { get; init; }

    /// <summary>The lines that are taken back, adding up to <see cref="Amount"/>; left out, the amount is spread over all lines pro rata.</summary>
    public CreditedLine[]? Lines { get; init; }

    /// <summary>The part of the excess that goes back by the gateway, on the way that it came; all three left out, the excess becomes account credit.</summary>
    public decimal? Refund { get; init; }

    /// <summary>The part of the excess that becomes account credit.</summary>
    public decimal? AccountCredit { get; init; }

    /// <summary>The part of the excess that a person gives back by another way, such as a bank transfer.</summary>
    public decimal? Outside { get; init; }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>What is taken back of one invoice line.</summary>
public sealed record CreditedLine
{
    /// <summary>The line's place on the invoice, from 1.</summary>
    public required int Position { get; init; }

    /// <summary>In the currency's major unit, tax included, with the line's sign; at most what is left of the line.</summary>
    public required decimal Amount { get; init; }
}

/// <summary>Event. A credit note is final.</summary>
public sealed record CreditNoteIssued
{
    public required string CreditNoteId { get; init; }
    public required string Number { get; init; }
    public required Guid InvoiceId { get; init; }
    public required string InvoiceNumber { get; init; }
    public required string AccountId { get; init; }
    public required decimal Amount { get; init; }

    /// <summary>The part of the amount that is tax.</summary>
    public decimal Tax { get; init; }

    public required string Currency { get; init; }

    /// <summary>What it took off the open amount of the invoice.</summary>
    public required decimal Reduced { get; init; }

    /// <summary>What goes back by the gateway; a <see cref="PaymentRefunded"/> or <see cref="PaymentRefundFailed"/> follows.</summary>
    public required decimal Refund { get; init; }

    public required decimal AccountCredit { get; init; }
    public required decimal Outside { get; init; }
}

/// <summary>
/// Command. Gives money of a succeeded charge back that the account does not owe: an overpayment, or money that was taken twice. It comes out of the
/// account's credit. What an invoice rightly asked for is taken back by <see cref="IssueCreditNote"/>.
/// </summary>
/// <remarks>Answered by <see cref="PaymentRefunded"/>, <see cref="PaymentRefundFailed"/> or, for the time being, <see cref="PaymentRefundUnknown"/>.</remarks>
public sealed record RefundPayment
{
    /// <summary>The sender's own id of the refund: the same id twice counts once, for ever.</summary>
    public required string RefundId { get; init; }

    /// <summary>The invoice whose charge brought the money.</summary>
    public required string InvoiceNumber { get; init; }

    /// <summary>The invoice's version when the sender read it.</summary>
    public required int InvoiceVersion { get; init; }

    /// <summary>When the sender read it: not before the invoice was issued, and not after now. Left out, it is not compared.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>In the currency's major unit: at most what is left of the charge, and of the account's credit.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217; must be the invoice's.</summary>
    public required string Currency { get; init; }

    public required string Reason { get; init; }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Event. The gateway gave the money back.</summary>
public sealed record PaymentRefunded
{
    public required string RefundId { get; init; }
    public required Guid ChargeId { get; init; }
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }

    /// <summary>The gateway's own id of the refund.</summary>
    public required string GatewayReference { get; init; }
}

/// <summary>Event. The gateway gave nothing back: the money is the account's credit now, and can be refunded again under a new id.</summary>
public sealed record PaymentRefundFailed
{
    public required string RefundId { get; init; }
    public required Guid ChargeId { get; init; }
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }

    /// <summary>The reason, as the gateway names it.</summary>
    public required string Code { get; init; }
}

/// <summary>Event. Nobody knows yet whether the gateway gave the money back. It is asked again from time to time, and never refunds twice.</summary>
public sealed record PaymentRefundUnknown
{
    public required string RefundId { get; init; }
    public required Guid ChargeId { get; init; }
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }

    /// <summary>When the gateway will be asked; left out when only a person can find out.</summary>
    public DateTimeOffset? AskedAgainAt { get; init; }
}

/// <summary>Event. The customer's bank took a payment back, or gave it again.</summary>
public sealed record PaymentDisputed
{
    /// <summary>The gateway's own id of the dispute.</summary>
    public required string DisputeId { get; init; }

    public required Guid ChargeId { get; init; }
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }

    /// <summary>In the currency's major unit.</summary>
    public required decimal Amount { get; init; }

    public required string Currency { get; init; }

    /// <summary><c>Withdrawn</c>: the money is gone; <c>Reinstated</c>: it came back.</summary>
    public required string State { get; init; }
}

/// <summary>
/// Command. Gives back what the gateway took a second time under one charge. The drift of the class <c>captured-twice</c> ends with it, and the account is
/// charged again.
/// </summary>
/// <remarks>Answered by <see cref="PaymentRefunded"/>, <see cref="PaymentRefundFailed"/> or, for the time being, <see cref="PaymentRefundUnknown"/>.</remarks>
public sealed record RefundCapture
{
    /// <summary>The drift that tells of the second capture; see <c>GET api/reconciliation</c>. One drift is given back once, for ever.</summary>
    public required Guid DriftId { get; init; }

    /// <summary>What the gateway took the second time, in the currency's major unit: if that is not so, nothing is done.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    public required string Reason { get; init; }
    public required string RequestedBy { get; init; }
}

/// <summary>Command. Takes an invoice back as if it had never been, while nothing is paid on it. It stays in the books, as voided.</summary>
/// <remarks>Answered by <see cref="InvoiceVoided"/>, and <see cref="InvoiceReissued"/> when that is asked for.</remarks>
public sealed record VoidInvoice
{
    /// <summary>The sender's own id: the same id twice counts once, for ever.</summary>
    public required string VoidId { get; init; }

    public required string InvoiceNumber { get; init; }

    /// <summary>The invoice's version when the sender read it.</summary>
    public required int InvoiceVersion { get; init; }

    /// <summary>When the sender read it: not before the invoice was issued, and not after now. Left out, it is not compared.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>The invoice's total, in the currency's major unit.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217; must be the invoice's.</summary>
    public required string Currency { get; init; }

    public required string Reason { get; init; }

    /// <summary>True to issue another invoice for the same month at once.</summary>
    public bool Reissue { get; init; }

    /// <summary>For the invoice that takes its place: true for the prices of today, false for those that its run began with.</summary>
    public bool PricesOfToday { get; init; }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Event. An invoice was taken back.</summary>
public sealed record InvoiceVoided
{
    public required Guid InvoiceId { get; init; }
    public required string InvoiceNumber { get; init; }
    public required string AccountId { get; init; }
    public required string Period { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
    public required string Reason { get; init; }
}

/// <summary>Command. Computes the month of a voided invoice anew, from what was used and what is known now, and issues it under a new number.</summary>
/// <remarks>Answered by <see cref="InvoiceReissued"/>. Only a voided invoice can be issued anew, and only once.</remarks>
public sealed record ReissueInvoice
{
    /// <summary>The sender's own id: the same id twice counts once, for ever.</summary>
    public required string ReissueId { get; init; }

    /// <summary>The voided invoice.</summary>
    public required string InvoiceNumber { get; init; }

    /// <summary>The voided invoice's version when the sender read it.</summary>
    public required int InvoiceVersion { get; init; }

    /// <summary>When the sender read it: not before the invoice was issued, and not after now. Left out, it is not compared.</summary>
    public DateTimeOffset? AsOf { get; init; }

    public required string Reason { get; init; }

    /// <summary>True for the prices of today, false for those that its run began with.</summary>
    public bool PricesOfToday { get; init; }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>
/// Event. Another invoice stands in the place of a voided one, or none when nothing is to be billed. Its <see cref="InvoiceIssued"/> comes beside it.
/// </summary>
public sealed record InvoiceReissued
{
    /// <summary>The voided one.</summary>
    public required Guid Replaces { get; init; }

    public required string AccountId { get; init; }
    public required string Period { get; init; }

    /// <summary>The new one; left out when nothing is to be billed.</summary>
    public Guid? InvoiceId { get; init; }

    public string? InvoiceNumber { get; init; }
}

/// <summary>Command. Gives up what is open on an invoice. A payment that comes later is booked as a recovery.</summary>
/// <remarks>Answered by <see cref="InvoiceWrittenOff"/>. Ends the collection; a hold stays unless told otherwise.</remarks>
public sealed record WriteOffInvoice
{
    /// <summary>The sender's own id: the same id twice counts once, for ever.</summary>
    public required string WriteOffId { get; init; }

    public required string InvoiceNumber { get; init; }

    /// <summary>The invoice's version when the sender read it.</summary>
    public required int InvoiceVersion { get; init; }

    /// <summary>When the sender read it: not before the invoice was issued, and not after now. Left out, it is not compared.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>What is open on it, all of which is given up; in the currency's major unit.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217; must be the invoice's.</summary>
    public required string Currency { get; init; }

    public required string Reason { get; init; }

    /// <summary>True to let the account's service go on.</summary>
    public bool LiftHold { get; init; }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Event. What was open on an invoice is bad debt.</summary>
public sealed record InvoiceWrittenOff
{
    public required Guid InvoiceId { get; init; }
    public required string InvoiceNumber { get; init; }
    public required string AccountId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
}

/// <summary>Event. Money came in for what had been written off.</summary>
public sealed record DebtRecovered
{
    public required string PaymentId { get; init; }
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
}

/// <summary>Command. Pays an open invoice, or a part of it, out of the account's credit.</summary>
/// <remarks>Answered by <see cref="CreditApplied"/>. Credit that is there when an invoice is issued is used up by itself.</remarks>
public sealed record ApplyCredit
{
    /// <summary>The sender's own id: the same id twice counts once, for ever.</summary>
    public required string ApplicationId { get; init; }

    public required string InvoiceNumber { get; init; }

    /// <summary>The invoice's version when the sender read it.</summary>
    public required int InvoiceVersion { get; init; }

    /// <summary>When the sender read it: not before the invoice was issued, and not after now. Left out, it is not compared.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>In the currency's major unit: at most what is open on the invoice, and the account's credit.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217; must be the invoice's.</summary>
    public required string Currency { get; init; }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Event. Credit paid an invoice.</summary>
public sealed record CreditApplied
{
    public required string ApplicationId { get; init; }
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }

    /// <summary>What is still open on the invoice.</summary>
    public required decimal StillOpen { get; init; }
}

/// <summary>Command. Takes granted credit back that is not used yet. Money that the customer paid stays his.</summary>
/// <remarks>Answered by <see cref="CreditRevoked"/>.</remarks>
public sealed record RevokeCredit
{
    /// <summary>The sender's own id: the same id twice counts once, for ever.</summary>
    public required string RevocationId { get; init; }

    public required string AccountId { get; init; }

    /// <summary>In the currency's major unit: at most the account's credit, and what was granted and not revoked.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217; must be the account's.</summary>
    public required string Currency { get; init; }

    public required string Reason { get; init; }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Event. Granted credit was taken back.</summary>
public sealed record CreditRevoked
{
    public required string RevocationId { get; init; }
    public required string AccountId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
}
