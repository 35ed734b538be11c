namespace Billing.Contracts.MonthClose.V1;

/// <summary>Command. Money came in by another way than a charge: a bank transfer, a cheque.</summary>
/// <remarks>
/// Answered by <see cref="PaymentRecorded"/>. More than is owed becomes account credit. Lifts a hold within seconds when nothing overdue is left.
/// </remarks>
public sealed record RecordPayment
{
    /// <summary>The sender's own id of the payment: the same id twice counts once, for ever.</summary>
    public required string PaymentId { get; init; }

    public required string AccountId { get; init; }

    /// <summary>The invoice that is paid; the oldest open one when left out.</summary>
    public Guid? InvoiceId { get; init; }

    /// <summary>Above zero, in the currency's major unit, with no more decimals than the currency has.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217; must be the account's.</summary>
    public required string Currency { get; init; }

    /// <summary>When the money arrived; now when left out.</summary>
    public DateTimeOffset? ReceivedAt { get; init; }

    public string? Reference { get; init; }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Event. A payment is in the ledger.</summary>
public sealed record PaymentRecorded
{
    public required string PaymentId { get; init; }
    public required string AccountId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }

    /// <summary>What the account owes after it, in the currency's major unit.</summary>
    public required decimal StillOwed { get; init; }

    /// <summary>True for a repeat: the payment was recorded before, with the same content, and nothing was booked now.</summary>
    public bool WasKnown { get; init; }
}

/// <summary>Event. An invoice is final; only a credit note corrects it now.</summary>
public sealed record InvoiceIssued
{
    public required Guid InvoiceId { get; init; }
    public required string Number { get; init; }
    public required string AccountId { get; init; }

    /// <summary>The month, such as <c>2026-10</c>, in the account's time zone.</summary>
    public required string Period { get; init; }

    public required DateOnly FirstDay { get; init; }

    /// <summary>Billed, like the first.</summary>
    public required DateOnly LastDay { get; init; }

    /// <summary>The last day on which it is paid in time: the day of issue for who is charged, the end of his terms for who pays by bank transfer.</summary>
    public DateOnly? DueOn { get; init; }

    /// <summary>Sum of the rounded lines, tax included, in the currency's major unit.</summary>
    public required decimal Total { get; init; }

    /// <summary>The part of the total that is tax, in the currency's major unit.</summary>
    public decimal Tax { get; init; }

    /// <summary>What is to be paid after credit was used, in the currency's major unit.</summary>
    public required decimal AmountDue { get; init; }

    public required string Currency { get; init; }
}

/// <summary>Event. The gateway took the money, once.</summary>
public sealed record ChargeSucceeded
{
    public required Guid ChargeId { get; init; }
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }
    public required string Period { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }

    /// <summary>The gateway's own id of the payment.</summary>
    public required string GatewayReference { get; init; }

    /// <summary>True when less was owed than invoiced, and only what was owed was charged.</summary>
    public bool Reduced { get; init; }
}

/// <summary>Event. The gateway refused, and no money moved.</summary>
public sealed record ChargeFailed
{
    public required Guid ChargeId { get; init; }
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }
    public required string Period { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }

    /// <summary>The decline code, as the gateway names it.</summary>
    public required string Code { get; init; }

    /// <summary>True when another attempt with the same payment method is useless.</summary>
    public required bool Hard { get; init; }

    /// <summary>Which attempt it was, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>When it will be tried again; left out when it will not.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Who asked for it: <c>Close</c>, <c>Retry</c> (the dated plan), <c>NewMethod</c> or <c>Manual</c>.</summary>
    public string? Origin { get; init; }
}

/// <summary>Event. No charge was made, for a reason that is not a failure.</summary>
public sealed record ChargeSkipped
{
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }
    public required string Period { get; init; }

    /// <summary>
    /// <c>AlreadyPaid</c>, <c>ManualPayment</c>, <c>AutoPayOff</c>, <c>WrittenOff</c>, <c>AccountClosed</c>, <c>BelowMinimum</c>, <c>ZeroTotal</c>
    /// or <c>CoveredByCredit</c>.
    /// </summary>
    public required string Reason { get; init; }
}

/// <summary>Event. The account does not pay, and its service is suspended.</summary>
public sealed record AccountHeld
{
    public required string AccountId { get; init; }

    /// <summary>The invoice that is not paid; all zeros when a person placed the hold, for no invoice.</summary>
    public required Guid InvoiceId { get; init; }

    public required string Reason { get; init; }
    public required DateTimeOffset HeldAt { get; init; }

    /// <summary>The person who placed it, if one did.</summary>
    public string? PlacedBy { get; init; }
}

/// <summary>Event. The account paid, and its service goes on.</summary>
public sealed record HoldLifted
{
    public required string AccountId { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset LiftedAt { get; init; }

    /// <summary>The person who lifted it, if one did.</summary>
    public string? LiftedBy { get; init; }
}
