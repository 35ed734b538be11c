namespace Billing.Views.MonthClose;

/// <summary>How one invoice came about and what became of it, in the order of time.</summary>
public sealed record Explanation
{
    /// <summary>What was asked about: the invoice's number, its id, or the id of one of its charges.</summary>
    public required string Asked { get; init; }

    public required Guid InvoiceId { get; init; }
    public required string Number { get; init; }
    public required string AccountId { get; init; }
    public required string Period { get; init; }
    public required string Currency { get; init; }
    public required string Status { get; init; }
    public required decimal Total { get; init; }

    /// <summary>By rate; empty when it is without tax.</summary>
    public required IReadOnlyList<ExplainedTax> Taxes { get; init; }

    public required decimal CreditApplied { get; init; }
    public required decimal AmountDue { get; init; }
    public required decimal AmountPaid { get; init; }

    /// <summary>The account as it was when the invoice was issued, by the audit trail; as it is now, where the trail does not reach back.</summary>
    public required AccountFacts Account { get; init; }

    public required IReadOnlyList<ExplainedLine> Lines { get; init; }

    /// <summary>What happened, oldest first.</summary>
    public required IReadOnlyList<Moment> Moments { get; init; }

    public required IReadOnlyList<ExplainedEntry> Ledger { get; init; }

    /// <summary>What is planned, if it is not paid before.</summary>
    public required IReadOnlyList<string> Planned { get; init; }

    /// <summary>Who did it, and why.</summary>
    public required IReadOnlyList<ExplainedChange> Changes { get; init; }

    /// <summary>True when there was more than is shown here.</summary>
    public bool Shortened { get; init; }
}

public sealed record AccountFacts(string Source, IReadOnlyDictionary<string, string> Facts);

/// <param name="Price">The version of the price list, and what it says; null for what came rated.</param>
/// <param name="Inputs">The usage records, seats or invoices that made the line.</param>
public sealed record ExplainedLine(
    int Position, string Kind, string Description, DateOnly FirstDay, DateOnly LastDay, string Formula, decimal Amount, string? Price,
        IReadOnlyList<string> Inputs, string? TaxName = null, decimal Tax = 0);

/// <summary>What the lines of one rate add up to.</summary>
public sealed record ExplainedTax(string Text, decimal Tax, bool IsAdded);

/// <summary>Something that happened.</summary>
/// <param name="Kind">One word for what: <c>invoice</c>, <c>charge</c>, <c>gateway</c>, <c>payment</c>, <c>letter</c>, <c>hold</c>, <c>dunning</c>,
/// <c>correction</c>.</param>
/// <param name="Text">A sentence for a person of finance.</param>
/// <param name="Details">Further lines.</param>
public sealed record Moment(DateTimeOffset At, string Kind, string Text, params string[] Details)
{
    /// <summary>Of what happened at the same instant: causes before what follows from them.</summary>
    public int Rank { get; init; }
}

/// <param name="Owed">What the customer owes for this invoice after the entry.</param>
public sealed record ExplainedEntry(DateTimeOffset At, string Cause, string Account, decimal Debit, decimal Credit, decimal Owed);

public sealed record ExplainedChange(DateTimeOffset At, string What, string Who, string? Why);
