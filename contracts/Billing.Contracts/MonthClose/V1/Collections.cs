namespace Billing.Contracts.MonthClose.V1;

/// <summary>
/// Command. The customer gave another card or mandate. What was declined for good, or held, is charged with it at once and gets a new schedule;
/// what waits for its next dated try is charged at once too, and keeps its schedule.
/// </summary>
/// <remarks>Answered by <see cref="PaymentMethodChanged"/>, unless the account had this payment method already.</remarks>
public sealed record ChangePaymentMethod
{
    /// <summary>The sender's own id of the change: the same id twice counts once, for ever, so that an old one played again brings no old card back.</summary>
    public required string ChangeId { get; init; }

    public required string AccountId { get; init; }

    /// <summary>The gateway's handle of the card or mandate.</summary>
    [Confidential]
    public required string PaymentMethod { get; init; }

    /// <summary>Who asks; kept with the change.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Event. The account has another payment method, whoever told it.</summary>
public sealed record PaymentMethodChanged
{
    public required string AccountId { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Open invoices that are charged with it at once.</summary>
    public required Guid[] Retried { get; init; }

    public string? RequestedBy { get; init; }
}

/// <summary>
/// Command. A person wants an open invoice to be charged now. It uses up no attempt: when it fails, the schedule stays as it was. On a held account a
/// success lifts the hold.
/// </summary>
/// <remarks>Answered by <see cref="ChargeSucceeded"/> or <see cref="ChargeFailed"/>, or by <see cref="InvoiceRetryRefused"/> when it will not be
/// charged.</remarks>
public sealed record RetryInvoice
{
    public required Guid InvoiceId { get; init; }

    /// <summary>What was open of it when the sender read it, in the currency's major unit. When less is open by now, that is charged; never more.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217; must be the invoice's.</summary>
    public required string Currency { get; init; }

    /// <summary>The invoice's version when the sender read it.</summary>
    public required int InvoiceVersion { get; init; }

    /// <summary>When the sender read it; the moment at which the command is obeyed when left out.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>The person who asks.</summary>
    public required string RequestedBy { get; init; }
}

/// <summary>Event. The invoice is not charged, and why.</summary>
public sealed record InvoiceRetryRefused
{
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }

    /// <summary>
    /// One word for the cause, such as <c>AlreadyPaid</c>, <c>Pending</c>, <c>Unknown</c>, <c>NoPaymentMethod</c> or <c>TooManyCharges</c>.
    /// </summary>
    public required string ReasonCode { get; init; }

    /// <summary>A sentence that a person can act on.</summary>
    public required string Reason { get; init; }

    public string? RequestedBy { get; init; }
}

/// <summary>
/// Command. A person suspends the service of an account, for a reason that no invoice knows. One such hold at a time; placed twice is placed once.
/// </summary>
/// <remarks>Answered by <see cref="AccountHeld"/>.</remarks>
public sealed record PlaceHold
{
    public required string AccountId { get; init; }

    /// <summary>At most 200 characters.</summary>
    public required string Reason { get; init; }

    public required string RequestedBy { get; init; }

    /// <summary>True when it goes as soon as the account owes nothing. Left out, only a person lifts it: a suspected fraud is not cured by a payment.</summary>
    public bool LiftedByPayment { get; init; }
}

/// <summary>Command. A person lets the service of an account go on: every hold of it is lifted, or the one for an invoice. What is open stays open.</summary>
/// <remarks>Answered by <see cref="HoldLifted"/> when nothing holds the account any more.</remarks>
public sealed record LiftHold
{
    public required string AccountId { get; init; }

    /// <summary>Only the hold for this invoice; every hold when left out.</summary>
    public Guid? InvoiceId { get; init; }

    /// <summary>At most 200 characters.</summary>
    public required string Reason { get; init; }

    public required string RequestedBy { get; init; }
}

/// <summary>Event. An account that pays by bank transfer has let a day pass on which an invoice should have been paid. The customer is told.</summary>
public sealed record PaymentOverdue
{
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }

    /// <summary>The invoice's month, such as <c>2026-10</c>.</summary>
    public required string Period { get; init; }

    /// <summary>What is still to be paid, in the currency's major unit.</summary>
    public required decimal Open { get; init; }

    public required string Currency { get; init; }

    /// <summary>The end of the terms, in the account's calendar.</summary>
    public required DateOnly PayBy { get; init; }

    /// <summary>Which attempt of the dunning plan it uses up, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>When the next day of the plan comes; left out when there is none, and the account goes on hold.</summary>
    public DateTimeOffset? NextAt { get; init; }
}

/// <summary>Event. An overdue invoice means more for its account than before, or nothing any more.</summary>
public sealed record AccountOverdueChanged
{
    public required string AccountId { get; init; }
    public required Guid InvoiceId { get; init; }

    /// <summary>
    /// <c>None</c>, <c>Reminded</c>, <c>ChangesBlocked</c> (use goes on, nothing may be added) or <c>Suspended</c>. An account is where the worst of
    /// its invoices is.
    /// </summary>
    public required string State { get; init; }

    /// <summary>The dunning policy that says so.</summary>
    public required string Policy { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }
}

/// <summary>Event. The collection of an invoice stands still until a person acts: by our fault, not the customer's, who is told nothing.</summary>
public sealed record CollectionNeedsAttention
{
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }

    /// <summary>One word for the class of the cause, such as <c>GatewayRefused</c>.</summary>
    public required string ReasonCode { get; init; }

    /// <summary>A sentence that a person can act on.</summary>
    public required string Reason { get; init; }
}

/// <summary>Command. Asks the gateway once more what became of the invoice's charge, and of its refunds, when nobody knows. It never charges.</summary>
public sealed record FindChargeOutcome
{
    public required Guid InvoiceId { get; init; }

    /// <summary>The person who asks.</summary>
    public string? RequestedBy { get; init; }
}
