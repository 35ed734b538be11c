namespace Billing.Views.MonthClose;

/// <summary>A month as it would be closed: the answer of <c>GET api/previews/{period}</c>.</summary>
public sealed record PreviewView
{
    /// <summary>The month, such as <c>2026-10</c>.</summary>
    public required string Period { get; init; }

    public required Guid PreviewId { get; init; }

    /// <summary><c>Reading</c>, <c>Ready</c> or <c>Failed</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }

    public string? RequestedBy { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>What <c>StartMonthClose</c> takes; null until all is computed.</summary>
    public string? CommitToken { get; init; }

    /// <summary>Accounts of the month, and how many of them are computed so far.</summary>
    public required int Accounts { get; init; }
    public required int Computed { get; init; }

    public required int Billed { get; init; }
    public required int Parked { get; init; }
    public required int New { get; init; }
    public required int Gone { get; init; }
    public required int Changed { get; init; }
    public required int Outliers { get; init; }
    public required IReadOnlyList<PreviewMoney> Money { get; init; }

    /// <summary>How the last start with its token ended; null when nobody started the month with it.</summary>
    public PreviewCheck? LastCheck { get; init; }
}

/// <summary>A start of the month that was held against the preview.</summary>
/// <param name="State"><c>Reading</c>, <c>Confirmed</c>, <c>HeldBack</c> or <c>Failed</c>.</param>
/// <param name="Reason">Why it was held back, or failed.</param>
/// <param name="AskedAt">When the month was started.</param>
public sealed record PreviewCheck(string State, string? Reason, DateTimeOffset AskedAt);

/// <summary>The money of a preview in one currency, in its major unit.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Invoices">How many would be issued.</param>
/// <param name="Invoiced">What they add up to, without what was carried over from earlier ones.</param>
/// <param name="CreditUsed">What credit would pay of it.</param>
/// <param name="AmountDue">What would be asked for.</param>
/// <param name="InvoicedBefore">What the same accounts were invoiced for the month before.</param>
/// <param name="Tax">The part of what would be invoiced that is tax.</param>
public sealed record PreviewMoney(string Currency, int Invoices, decimal Invoiced, decimal CreditUsed, decimal AmountDue, decimal InvoicedBefore,
    decimal Tax = 0);

/// <summary>One account of a preview. Amounts are in the major unit of its currency.</summary>
public sealed record PreviewedAccountView
{
    public required string AccountId { get; init; }
    public required string Currency { get; init; }

    /// <summary><c>Charged</c>, <c>Parked</c>, or how it would close without a charge, such as <c>CoveredByCredit</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it would be parked.</summary>
    public string? ReasonCode { get; init; }
    public string? Reason { get; init; }

    /// <summary>What the month would earn: the invoice's total without what was carried over.</summary>
    public required decimal Earned { get; init; }

    /// <summary>What the month before earned; null when it had no invoice.</summary>
    public decimal? Before { get; init; }

    /// <summary><c>Small</c>, <c>New</c>, <c>Gone</c> or <c>Changed</c>, against the month before.</summary>
    public required string Change { get; init; }

    public required bool IsOutlier { get; init; }
    public required decimal Total { get; init; }

    /// <summary>The part of the total that is tax.</summary>
    public decimal Tax { get; init; }

    public required decimal CreditApplied { get; init; }
    public required decimal AmountDue { get; init; }
    public required IReadOnlyList<PreviewedLineView> Lines { get; init; }
}

public sealed record PreviewedLineView(string Kind, string? PriceCode, string ServicePeriod, string Description, decimal Quantity, decimal UnitPrice,
    DateOnly FirstDay, DateOnly LastDay, string Formula, decimal Amount, string? TaxName = null, decimal Tax = 0);
