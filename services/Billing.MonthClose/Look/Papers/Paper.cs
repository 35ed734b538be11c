using Billing.MonthClose.Books.Papers;

namespace Billing.MonthClose.Look.Papers;

/// <summary>
/// Everything that the paper of an invoice or of a credit note shows. It is read from rows that never change any more, so a paper that is made again next year
/// says the same. What was paid, declined or corrected later is not on it.
/// </summary>
sealed record Paper
{
    public required PaperKind Kind { get; init; }

    /// <summary>Of the invoice or the credit note.</summary>
    public required Guid Id { get; init; }

    public required string Number { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The day of <see cref="IssuedAt"/> by the customer's calendar.</summary>
    public required DateOnly IssuedOn { get; init; }

    /// <summary>IANA name of the zone whose days all days here are.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Null when no particulars were set at the time of issue.</summary>
    public Seller? Seller { get; init; }

    public required string AccountId { get; init; }

    /// <summary>The customer's name at the time of issue; null when it was not kept then.</summary>
    public string? BilledTo { get; init; }

    public required DateOnly FirstDay { get; init; }
    public required DateOnly LastDay { get; init; }

    /// <summary>The last day on which it is paid in time; null on a credit note.</summary>
    public DateOnly? DueOn { get; init; }

    public required string Currency { get; init; }
    public required IReadOnlyList<PaperLine> Lines { get; init; }

    /// <summary>Tax by its name and rate, in the order of the lines; empty when the record has none.</summary>
    public IReadOnlyList<PaperTax> Taxes { get; init; } = [];

    /// <summary>In the currency's major unit, tax included. A credit note's is what it takes back, and positive.</summary>
    public required decimal Total { get; init; }

    /// <summary>The credit that was used when the invoice was issued.</summary>
    public decimal CreditUsed { get; init; }

    /// <summary>What was to be paid when it was issued; 0 on a credit note.</summary>
    public decimal AmountDue { get; init; }

    /// <summary>How what is due was to be paid.</summary>
    public PaymentWay PaidBy { get; init; }

    /// <summary>Number of the voided invoice in whose place this one stands.</summary>
    public string? Replaces { get; init; }

    /// <summary>What only a credit note says.</summary>
    public PaperCorrection? Correction { get; init; }
}

/// <summary>A line as it is printed.</summary>
sealed record PaperLine
{
    public required string Description { get; init; }

    /// <summary>How the amount comes about; null where nothing is to be added to quantity and price.</summary>
    public string? Formula { get; init; }

    public required DateOnly FirstDay { get; init; }
    public required DateOnly LastDay { get; init; }

    /// <summary>Null where a quantity says nothing, as on the line of a credit note.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>Null where one price did not make the amount.</summary>
    public decimal? UnitPrice { get; init; }

    public required decimal Amount { get; init; }

    /// <summary>In percent; 0 where none is asked for, and null when the line is without tax.</summary>
    public decimal? TaxRate { get; init; }
}

/// <summary>What is taxed at one rate, and the tax.</summary>
/// <param name="Name">As the invoice has it, with its rate or with what it hangs on: <c>VAT 19 %</c>.</param>
/// <param name="Net">What is taxed, without the tax, in the currency's major unit.</param>
/// <param name="Tax">In the currency's major unit.</param>
/// <param name="IsIncluded">True when the lines' amounts hold it; false when it comes on top of them.</param>
sealed record PaperTax(string Name, decimal Net, decimal Tax, bool IsIncluded);

/// <summary>What a credit note corrects, and where its amount goes.</summary>
/// <param name="InvoiceNumber">The corrected invoice's.</param>
/// <param name="Reason">As the person who issued it said.</param>
/// <param name="Reduced">Off what is open of the invoice.</param>
/// <param name="Refunded">Back to the payment method.</param>
/// <param name="Credited">Credit for later invoices.</param>
/// <param name="Outside">Paid back another way.</param>
sealed record PaperCorrection(string InvoiceNumber, string Reason, decimal Reduced, decimal Refunded, decimal Credited, decimal Outside);
