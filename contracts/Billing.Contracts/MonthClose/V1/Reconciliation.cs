namespace Billing.Contracts.MonthClose.V1;

/// <summary>
/// Command. Holds invoices, charges, ledger, the gateway's own record and the letters of closed months against each other, and repairs, parks or
/// reports each place where they disagree, as it is set for its class.
/// </summary>
/// <remarks>Sent each night by the scheduler, or by a person. Answered by <see cref="ReconciliationCompleted"/>, also when nothing was found.</remarks>
public sealed record StartReconciliation
{
    /// <summary>
    /// A closed month such as <c>2026-10</c>, added up from the first entry of its accounts on; every close of the last two months when left out, with what was
    /// reconciled before as stored subtotals.
    /// </summary>
    public string? Period { get; init; }

    /// <summary>Who asks; kept with the pass.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Event. Two records of the same money disagree.</summary>
public sealed record DriftFound
{
    public required Guid PassId { get; init; }

    /// <summary>One for each class and subject. <see cref="AcceptDrift"/> names it.</summary>
    public Guid DriftId { get; init; }

    /// <summary>What kind of disagreement, such as <c>charge-not-in-ledger</c>.</summary>
    public required string Class { get; init; }

    public required string Period { get; init; }
    public required string AccountId { get; init; }
    public Guid? InvoiceId { get; init; }

    /// <summary>What it is about: the id of a charge, an invoice, a letter, a payment at the gateway.</summary>
    public required string Subject { get; init; }

    /// <summary>What each of the two says.</summary>
    public required string Detail { get; init; }

    /// <summary><c>Repaired</c>, <c>Parked</c> (nothing more is charged to the account) or <c>Open</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>What was done about it.</summary>
    public required string Act { get; init; }
}

/// <summary>Event. The answer to <see cref="StartReconciliation"/>: a pass is over, and this is all that it saw.</summary>
public sealed record ReconciliationCompleted
{
    public required Guid PassId { get; init; }
    public required string[] Periods { get; init; }
    public required string RequestedBy { get; init; }

    /// <summary>Accounts that it walked, once for each month.</summary>
    public required int Accounts { get; init; }

    /// <summary>Places where two records disagreed; 0 when the books agree.</summary>
    public required int Found { get; init; }

    public required int Repaired { get; init; }
    public required int Parked { get; init; }
    public required int Reported { get; init; }

    /// <summary>Found by an earlier pass, and there no more.</summary>
    public required int Gone { get; init; }

    /// <summary>All that is known and not put right, of whatever month.</summary>
    public required int Unreconciled { get; init; }

    /// <summary>What could not be compared, and why; empty when everything was.</summary>
    public required string[] Incomplete { get; init; }

    public required DateTimeOffset EndedAt { get; init; }
}

/// <summary>
/// Command. A person has looked at a drift, and it stays as it is: it no longer keeps the account from being charged. When its figures change, it is
/// found anew.
/// </summary>
/// <remarks>Answered by <see cref="DriftAccepted"/>.</remarks>
public sealed record AcceptDrift
{
    /// <summary>As <see cref="DriftFound"/> and <c>GET /api/reconciliation</c> have it.</summary>
    public required Guid DriftId { get; init; }

    /// <summary>Why it is in order, 1 to 400 characters; kept with the drift and in the audit trail.</summary>
    public required string Reason { get; init; }

    /// <summary>Who accepts it, 1 to 200 characters.</summary>
    public required string RequestedBy { get; init; }
}

/// <summary>Event. The answer to <see cref="AcceptDrift"/>; said again when it is asked again.</summary>
public sealed record DriftAccepted
{
    public required Guid DriftId { get; init; }
    public required string Class { get; init; }
    public required string AccountId { get; init; }
    public required string Detail { get; init; }
    public required string Reason { get; init; }
    public required string RequestedBy { get; init; }
}
