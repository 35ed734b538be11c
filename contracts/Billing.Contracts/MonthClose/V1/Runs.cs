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
    public required decimal Invoiced { get; init; }
    public required decimal Collected { get; init; }
    public required decimal CreditUsed { get; init; }

    /// <summary>Due on invoices that are not paid yet, whatever the reason.</summary>
    public required decimal Open { get; init; }
}
