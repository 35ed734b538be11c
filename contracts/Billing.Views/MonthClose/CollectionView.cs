namespace Billing.Views.MonthClose;

/// <summary>One invoice that was not paid at once: a row of <c>GET api/collections</c>.</summary>
public sealed record CollectionView
{
    public required Guid InvoiceId { get; init; }
    public required string Number { get; init; }
    public required string AccountId { get; init; }
    public required string Period { get; init; }
    public required decimal AmountDue { get; init; }
    public required decimal Open { get; init; }
    public required string Currency { get; init; }

    /// <summary>The collection's own state, such as <c>Dunning</c> or <c>NeedsAttention</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why it stands still, when it does.</summary>
    public string? Reason { get; init; }

    /// <summary>What it means for the account: <c>None</c>, <c>Reminded</c>, <c>ChangesBlocked</c> or <c>Suspended</c>.</summary>
    public required string Overdue { get; init; }

    public HoldView? Hold { get; init; }
    public string? Policy { get; init; }

    /// <summary>The last day on which an account that pays by hand pays in time; null while it is charged.</summary>
    public DateOnly? PayBy { get; init; }

    /// <summary>Which schedule, from 1: a new payment method of a held account begins another.</summary>
    public int Schedule { get; init; }

    public DateTimeOffset? StartedAt { get; init; }
    public required IReadOnlyList<AttemptView> Attempts { get; init; }

    /// <summary>What is still to come if each try is refused on its day; empty when none is planned.</summary>
    public required IReadOnlyList<PlannedView> Planned { get; init; }

    /// <summary>
    /// The last charge whose outcome was unknown: whether the gateway is still asked, how often it was, and when it is again. Null when none was.
    /// </summary>
    public InquiryView? Inquiry { get; init; }
}

public sealed record HoldView(string Reason, DateTimeOffset HeldAt);

public sealed record AttemptView(Guid ChargeId, int Attempt, string Origin, bool UsesAttempt, DateTimeOffset At, DateTimeOffset? AnsweredAt, decimal Amount,
    string State, string? Code);

/// <param name="LocalDay">In the account's calendar.</param>
public sealed record PlannedView(int Attempt, DateTimeOffset At, DateOnly LocalDay, string IfRefused);

/// <param name="State"><c>Asking</c>, <c>Unresolved</c> (a person has to ask the gateway) or <c>Known</c>.</param>
public sealed record InquiryView(Guid ChargeId, string State, int Looks, DateTimeOffset? NextAt);
