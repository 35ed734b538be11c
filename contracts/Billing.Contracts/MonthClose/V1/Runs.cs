namespace Billing.Contracts.MonthClose.V1;

/// <summary>Command. Closes a month for every account. One run for each period: asking again joins the run that is there.</summary>
/// <remarks>
/// Sent by the scheduler and by people. Ends with <see cref="MonthCloseCompleted"/>. Rejected for a month that is not over in every account's time zone,
/// that comes before one that was closed, or whose predecessor is open.
/// </remarks>
public sealed record StartMonthClose
{
    /// <summary>The month, such as <c>2026-10</c>.</summary>
    public required string Period { get; init; }

    /// <summary>Who asks; kept with the run.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>Closes it although a later month was closed, or its predecessor is open.</summary>
    public bool OutOfOrder { get; init; }

    /// <summary>
    /// The token of the newest <see cref="MonthClosePreviewed"/> of the month. The run begins only when every account would still be treated as it was
    /// previewed; else <see cref="MonthCloseHeldBack"/> says what changed. Without a token the run begins unseen, where the settings allow that.
    /// </summary>
    public string? CommitToken { get; init; }

    /// <summary>With a token: begins the run although something changed after the preview.</summary>
    public bool AcceptChanges { get; init; }
}

/// <summary>
/// Command. Computes a month as it would be closed now, and writes nothing of it into the books: no number is taken, nobody is told or charged. Any month
/// that is not closed may be looked at, also one that is not over.
/// </summary>
/// <remarks>Ends with <see cref="MonthClosePreviewed"/>. The newest preview of a month takes the place of the one before it.</remarks>
public sealed record PreviewMonthClose
{
    /// <summary>The month, such as <c>2026-10</c>.</summary>
    public required string Period { get; init; }

    /// <summary>Who asks; kept with the preview.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Event. A month was computed as it would be closed. <c>GET /api/previews/{period}</c> shows all of it.</summary>
public sealed record MonthClosePreviewed
{
    public required Guid PreviewId { get; init; }
    public required string Period { get; init; }

    /// <summary>What <see cref="StartMonthClose.CommitToken"/> takes: a hash over what was computed. The same inputs give the same token.</summary>
    public required string CommitToken { get; init; }

    public required int Accounts { get; init; }

    /// <summary>Accounts that would get an invoice.</summary>
    public required int Billed { get; init; }

    /// <summary>Accounts that would be parked.</summary>
    public required int Parked { get; init; }

    /// <summary>Accounts that had nothing to pay in the month before.</summary>
    public required int New { get; init; }

    /// <summary>Accounts that would have nothing to pay any more.</summary>
    public required int Gone { get; init; }

    /// <summary>Accounts that would pay more, or less, than the settings call a small change.</summary>
    public required int Changed { get; init; }

    /// <summary>Accounts far from what their own months were.</summary>
    public required int Outliers { get; init; }

    /// <summary>One row for each currency, in the order of their codes.</summary>
    public required ExpectedTotals[] Totals { get; init; }

    public required DateTimeOffset PreviewedAt { get; init; }
}

/// <summary>What a month would bill in one currency, in its major unit.</summary>
public sealed record ExpectedTotals
{
    public required string Currency { get; init; }
    public required int Invoices { get; init; }

    /// <summary>Without what earlier invoices left, tax included.</summary>
    public required decimal Invoiced { get; init; }

    /// <summary>The part of what would be invoiced that is tax.</summary>
    public decimal Tax { get; init; }

    public required decimal CreditUsed { get; init; }
    public required decimal AmountDue { get; init; }

    /// <summary>What the same accounts were invoiced for the month before.</summary>
    public required decimal InvoicedBefore { get; init; }
}

/// <summary>Event. A run did not begin, because something changed after the preview that its token names. No money moved.</summary>
/// <remarks>Look at the month again with <see cref="PreviewMonthClose"/>, or start it with <see cref="StartMonthClose.AcceptChanges"/>.</remarks>
public sealed record MonthCloseHeldBack
{
    public required string Period { get; init; }
    public required string CommitToken { get; init; }

    /// <summary>Accounts that would be treated otherwise than previewed.</summary>
    public required int Accounts { get; init; }

    /// <summary>
    /// What changed: prices first, then accounts that changed by more than a price, then the others, in the order of their ids; the first 100.
    /// </summary>
    public required WhatChanged[] Changes { get; init; }

    public string? RequestedBy { get; init; }
    public required DateTimeOffset HeldBackAt { get; init; }
}

/// <summary>One thing that is not as it was previewed.</summary>
public sealed record WhatChanged
{
    /// <summary>The account; null for a price.</summary>
    public string? AccountId { get; init; }

    /// <summary>What it is, such as <c>line api-calls of 2026-10</c>, <c>credit used</c> or <c>price api-calls in USD</c>.</summary>
    public required string What { get; init; }

    /// <summary>As it was previewed; null when it was not there.</summary>
    public string? Before { get; init; }

    /// <summary>As it is now; null when it is not there any more.</summary>
    public string? After { get; init; }
}

/// <summary>Command. Stops a run: chunks in flight are finished, accounts not begun end as cancelled. Starting it again takes those up.</summary>
public sealed record CancelMonthClose
{
    /// <summary>The month, such as <c>2026-10</c>.</summary>
    public required string Period { get; init; }

    public required string Reason { get; init; }

    public string? RequestedBy { get; init; }
}

/// <summary>Command. Takes parked accounts of a run up again: those named, or all of one reason, or all.</summary>
public sealed record UnparkAccounts
{
    /// <summary>The month, such as <c>2026-10</c>.</summary>
    public required string Period { get; init; }

    /// <summary>The accounts; any when left out.</summary>
    public string[]? AccountIds { get; init; }

    /// <summary>Only those parked with this reason code; any when left out.</summary>
    public string? ReasonCode { get; init; }

    public string? RequestedBy { get; init; }
}

/// <summary>Event. A run began, or was taken up again.</summary>
public sealed record MonthCloseStarted
{
    public required Guid RunId { get; init; }
    public required string Period { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public string? RequestedBy { get; init; }
}

/// <summary>Event. The month is closed for the account, with or without an invoice.</summary>
public sealed record AccountClosed
{
    public required Guid RunId { get; init; }
    public required string AccountId { get; init; }
    public required string Period { get; init; }

    /// <summary>
    /// <c>Collected</c>, <c>NothingToBill</c>, <c>ZeroTotal</c>, <c>CoveredByCredit</c>, <c>Credited</c>, <c>CarriedForward</c>, <c>AlreadyPaid</c>,
    /// <c>ManualPayment</c>, <c>AutoPayOff</c>, <c>AutoInvoicingOff</c>, <c>WrittenOff</c>, <c>Voided</c>, <c>AccountClosed</c>, <c>InCollection</c> or
    /// <c>Held</c>.
    /// </summary>
    public required string Outcome { get; init; }

    public Guid? InvoiceId { get; init; }
}

/// <summary>Event. The account was set aside with a reason; the run goes on without it until it is unparked.</summary>
public sealed record AccountParked
{
    public required Guid RunId { get; init; }
    public required string AccountId { get; init; }
    public required string Period { get; init; }

    /// <summary>One word for the class of the cause, such as <c>PriceMissing</c>.</summary>
    public required string ReasonCode { get; init; }

    /// <summary>A sentence that a person can act on.</summary>
    public required string Reason { get; init; }
}

/// <summary>Event. Every account of the run ended, whatever the outcome. Published once for each run.</summary>
public sealed record MonthCloseCompleted
{
    public required Guid RunId { get; init; }
    public required string Period { get; init; }
    public required int Accounts { get; init; }
    public required int Closed { get; init; }
    public required int Parked { get; init; }
    public required int Cancelled { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset CompletedAt { get; init; }

    /// <summary>One row for each currency, in the order of their codes.</summary>
    public required CurrencyTotals[] Totals { get; init; }
}

/// <summary>Event. Every account of the run is closed: none is parked, none cancelled. Published once for each run.</summary>
public sealed record MonthCloseSucceeded
{
    public required Guid RunId { get; init; }
    public required string Period { get; init; }
    public required int Accounts { get; init; }
    public required DateTimeOffset CompletedAt { get; init; }
}

/// <summary>What a run moved in one currency, in its major unit.</summary>
public sealed record CurrencyTotals
{
    public required string Currency { get; init; }
    public required int Invoices { get; init; }

    /// <summary>Tax included.</summary>
    public required decimal Invoiced { get; init; }

    /// <summary>The part of what was invoiced that is tax.</summary>
    public decimal Tax { get; init; }

    public required decimal Collected { get; init; }
    public required decimal CreditUsed { get; init; }

    /// <summary>Due on invoices that are not paid yet, whatever the reason.</summary>
    public required decimal Open { get; init; }
}
