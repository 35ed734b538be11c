namespace Billing.Views.MonthClose;

/// <summary>
/// One account with all that was ever billed, charged and booked for it: the answer of <c>GET api/accounts/{id}</c>. Amounts are in the major unit of
/// the currency beside them; instants are UTC; states travel by their names.
/// </summary>
public sealed record AccountView
{
    public required string AccountId { get; init; }
    public required string Name { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>An IANA time zone; the account's months and days are those of this zone.</summary>
    public required string TimeZone { get; init; }

    public required bool ManualPayment { get; init; }
    public required IReadOnlyList<string> ControlTags { get; init; }
    public DateOnly? JoinedOn { get; init; }
    public DateOnly? ClosedOn { get; init; }

    /// <summary>Where it is taxed, and whether it is; null where nobody has told a country.</summary>
    public TaxParticularsView? Tax { get; init; }

    /// <summary>That its contact data was erased; null while it is there.</summary>
    public ErasureView? Erased { get; init; }

    /// <summary>The account's service is suspended because an invoice is not paid.</summary>
    public required bool Held { get; init; }

    public required BalanceView Balance { get; init; }

    /// <summary>By period, the earliest first; so are all lists below, by their own instants.</summary>
    public required IReadOnlyList<CloseView> Closes { get; init; }

    public required IReadOnlyList<InvoiceView> Invoices { get; init; }
    public required IReadOnlyList<ChargeView> Charges { get; init; }
    public required IReadOnlyList<CreditNoteView> CreditNotes { get; init; }
    public required IReadOnlyList<RefundView> Refunds { get; init; }
    public required IReadOnlyList<LedgerTransactionView> Ledger { get; init; }
}

/// <summary>The contact data of an account was erased, here and in the other services.</summary>
/// <param name="At">When it was asked for and found possible.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="Why">The reason that was given; null when the audit trail keeps it no more.</param>
/// <param name="Services">What each service has said so far, the first first.</param>
public sealed record ErasureView(DateTimeOffset At, string By, string? Why, IReadOnlyList<ErasedInView> Services);

/// <param name="Service">Which one, such as <c>notification</c>.</param>
/// <param name="At">When it said so.</param>
/// <param name="Values">How many values of its tables were erased.</param>
/// <param name="Messages">How many messages that were set aside.</param>
public sealed record ErasedInView(string Service, DateTimeOffset At, int Values, int Messages);

/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Region">State or province.</param>
/// <param name="TaxId">The customer's tax number.</param>
/// <param name="Exemption">The id of the certificate that it pays no tax.</param>
/// <param name="ExemptThrough">The certificate's last day.</param>
public sealed record TaxParticularsView(string Country, string? Region, string? TaxId, string? Exemption, DateOnly? ExemptThrough);

/// <param name="Owed">What the account owes, in its own currency.</param>
/// <param name="Credit">What pays its next invoices, in its own currency.</param>
public sealed record BalanceView(decimal Owed, decimal Credit);

/// <summary>What one run did for the account.</summary>
public sealed record CloseView
{
    /// <summary>A month, such as <c>2026-10</c>.</summary>
    public required string Period { get; init; }

    public required string Step { get; init; }

    /// <summary>Null until the close has ended.</summary>
    public string? Outcome { get; init; }

    /// <summary>Why it is parked; null when it is not.</summary>
    public string? ReasonCode { get; init; }

    public string? Reason { get; init; }
    public required int Chunk { get; init; }
    public Guid? InvoiceId { get; init; }
    public required DateTimeOffset PendingAt { get; init; }
    public DateTimeOffset? InvoicedAt { get; init; }
    public DateTimeOffset? EmailedAt { get; init; }
    public DateTimeOffset? BookedAt { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
}

/// <summary>An invoice with what became of it.</summary>
public sealed record InvoiceView
{
    public required Guid InvoiceId { get; init; }
    public required string Number { get; init; }
    public required string Period { get; init; }
    public required string Status { get; init; }
    public required decimal Total { get; init; }

    /// <summary>The part of the total that is tax.</summary>
    public decimal Tax { get; init; }

    /// <summary>Paid with credit when it was issued.</summary>
    public required decimal CreditApplied { get; init; }

    public required decimal AmountDue { get; init; }
    public required decimal AmountPaid { get; init; }

    /// <summary>Taken back by credit notes before it was paid.</summary>
    public required decimal AmountReduced { get; init; }

    /// <summary>What is still owed.</summary>
    public required decimal Open { get; init; }

    public required decimal WrittenOff { get; init; }

    /// <summary>What came in after all of what was written off.</summary>
    public required decimal Recovered { get; init; }

    public required int Version { get; init; }
    public Guid? Replaces { get; init; }
    public Guid? ReplacedBy { get; init; }

    /// <summary>The invoice that asks for what was too little to charge.</summary>
    public Guid? CarriedTo { get; init; }

    public required string Currency { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>What its lines add up to by rate; empty when it is without tax.</summary>
    public IReadOnlyList<InvoiceTaxView> Taxes { get; init; } = [];

    public required IReadOnlyList<InvoiceLineView> Lines { get; init; }
}

/// <summary>The lines of an invoice that are taxed alike, in its currency.</summary>
/// <param name="Treatment"><c>Added</c>, <c>Included</c>, <c>ReverseCharge</c> or <c>Exempt</c>.</param>
/// <param name="Rate">As a fraction: 0.19 is 19 %.</param>
/// <param name="Name">What the invoice says of it.</param>
/// <param name="Net">Without tax.</param>
/// <param name="Tax">The sum of the taxes of the lines.</param>
public sealed record InvoiceTaxView(string Treatment, decimal Rate, string Name, decimal Net, decimal Tax);

/// <summary>One line of an invoice, in the invoice's currency.</summary>
public sealed record InvoiceLineView
{
    public required int Position { get; init; }
    public required string Kind { get; init; }
    public required string Description { get; init; }
    public required decimal Quantity { get; init; }
    public required decimal UnitPrice { get; init; }

    /// <summary>The first day that it bills, in the account's time zone.</summary>
    public required DateOnly FirstDay { get; init; }

    /// <summary>The last day that it bills, in the account's time zone.</summary>
    public required DateOnly LastDay { get; init; }

    public required string Formula { get; init; }

    /// <summary>What the price says.</summary>
    public required decimal Amount { get; init; }

    /// <summary><c>Added</c>, <c>Included</c> in the amount, <c>ReverseCharge</c> or <c>Exempt</c>; null for a line without tax.</summary>
    public string? TaxTreatment { get; init; }

    /// <summary>As a fraction: 0.19 is 19 %.</summary>
    public decimal? TaxRate { get; init; }

    /// <summary>What the invoice says of it.</summary>
    public string? TaxName { get; init; }

    public decimal Tax { get; init; }
}

/// <summary>One attempt to take money for one invoice.</summary>
public sealed record ChargeView
{
    public required Guid ChargeId { get; init; }
    public required Guid InvoiceId { get; init; }
    public required int Attempt { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
    public required string State { get; init; }

    /// <summary>Why it was declined or skipped; null when it was not.</summary>
    public string? Code { get; init; }

    /// <summary>Less was owed than was expected.</summary>
    public required bool Reduced { get; init; }

    public string? GatewayReference { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
}

/// <summary>A credit note, and where its amount went: reduced, given back, kept as credit, settled outside.</summary>
public sealed record CreditNoteView
{
    public required string Number { get; init; }
    public required string SenderId { get; init; }
    public required Guid InvoiceId { get; init; }
    public required decimal Amount { get; init; }

    /// <summary>The part of the amount that is tax.</summary>
    public decimal Tax { get; init; }

    public required decimal Reduced { get; init; }
    public required decimal Refund { get; init; }
    public required decimal AccountCredit { get; init; }
    public required decimal Outside { get; init; }
    public required string Currency { get; init; }
    public required string Reason { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
}

/// <summary>Money of a charge that goes back through the gateway.</summary>
public sealed record RefundView
{
    public required Guid RefundId { get; init; }
    public required string SenderId { get; init; }
    public required Guid ChargeId { get; init; }
    public required Guid InvoiceId { get; init; }
    public required decimal Amount { get; init; }
    public required string Currency { get; init; }
    public required string State { get; init; }
    public string? Code { get; init; }
    public string? GatewayReference { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
}

/// <summary>One posting with its balanced entries.</summary>
public sealed record LedgerTransactionView
{
    public required Guid TransactionId { get; init; }
    public required string Cause { get; init; }
    public required DateTimeOffset At { get; init; }
    public required IReadOnlyList<LedgerEntryView> Entries { get; init; }
}

/// <param name="Account">The ledger account.</param>
/// <param name="Amount">Positive for a debit, negative for a credit.</param>
/// <param name="Currency">ISO 4217.</param>
public sealed record LedgerEntryView(string Account, decimal Amount, string Currency);
