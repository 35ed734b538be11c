using Billing.Contracts;
using Billing.Hosting.Database;
using Billing.Hosting.Identity;
using Billing.MonthClose.Books.Papers;
using Billing.MonthClose.Books.Taxes;
using Billing.Persistence.Personal;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Invoices;

public enum InvoiceStatus
{
    /// <summary>Final, and something is due.</summary>
    Open,

    /// <summary>Nothing is due any more: paid, covered by credit, or zero from the start.</summary>
    Paid,

    /// <summary>Too small to be charged: its amount stands on the next invoice.</summary>
    CarriedForward,

    /// <summary>Taken back as a whole; another may be issued in its place.</summary>
    Voided,

    /// <summary>What was open is given up. A later payment is a recovery.</summary>
    WrittenOff
}

/// <summary>A final invoice. It never changes but for what was paid of it; a credit note corrects it.</summary>
[RowsChange(
    nameof(AmountPaid), nameof(AmountReduced), nameof(CreditUsedLater), nameof(WrittenOff), nameof(Recovered),
    nameof(Status), nameof(PaidAt), nameof(ReplacedBy), nameof(CarriedTo), nameof(Version))]
public sealed record Invoice
{
    /// <summary>Follows from what it is the invoice of: <see cref="IdOf"/>.</summary>
    public required Guid InvoiceId { get; init; }
    public required string Number { get; init; }
    public required string AccountId { get; init; }
    public required int Period { get; init; }
    public required Guid RunId { get; init; }
    public required string Currency { get; init; }
    public required DateOnly FirstDay { get; init; }
    public required DateOnly LastDay { get; init; }

    /// <summary>Sum of the rounded lines and of the tax that is added to them.</summary>
    public required decimal Total { get; init; }

    /// <summary>The part of the total that is tax: the sum of the taxes of its lines.</summary>
    public decimal Tax { get; init; }

    /// <summary>The part of the total that an earlier invoice had already asked for.</summary>
    public required decimal Carried { get; init; }

    public required decimal CreditApplied { get; init; }

    /// <summary>What was to be paid when it was issued.</summary>
    public required decimal AmountDue { get; init; }

    public required decimal AmountPaid { get; set; }
    public required InvoiceStatus Status { get; set; }

    /// <summary>What was taken off the amount due after it was issued: by credit notes, by credit that was applied later, and by a write-off.</summary>
    public decimal AmountReduced { get; init; }

    /// <summary>The part of <see cref="AmountReduced"/> that credit paid after the invoice was issued.</summary>
    public decimal CreditUsedLater { get; init; }

    /// <summary>The part of <see cref="AmountReduced"/> that was given up.</summary>
    public decimal WrittenOff { get; init; }

    /// <summary>What came in of it after it was written off.</summary>
    public decimal Recovered { get; init; }

    /// <summary>The voided invoice in whose place this one stands.</summary>
    public Guid? Replaces { get; init; }

    /// <summary>The invoice that stands in the place of this voided one.</summary>
    public Guid? ReplacedBy { get; init; }

    /// <summary>Counts the changes of what was paid, from 1. Who wants to charge says which one it saw.</summary>
    public int Version { get; set; } = 1;

    /// <summary>The later invoice on which this one's amount stands.</summary>
    public Guid? CarriedTo { get; set; }

    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The last day on which it is paid in time: the day of issue for who is charged, the end of his terms for who pays by hand.</summary>
    public required DateOnly DueOn { get; init; }

    public DateTimeOffset? PaidAt { get; set; }

    /// <summary>The seller's particulars as they were when it was issued; null when none were set.</summary>
    public Guid? SellerId { get; init; }

    /// <summary>The customer's name when it was issued.</summary>
    [Personal(PersonalKind.Identity)]
    public string? BilledTo { get; init; }

    /// <summary>IANA name of the zone whose days its days are.</summary>
    public string? TimeZone { get; init; }

    /// <summary>How what is due was to be paid when it was issued.</summary>
    public PaymentWay? PaidBy { get; init; }

    /// <summary>What is left of the amount due, wherever it stands now.</summary>
    public decimal Outstanding => AmountDue - AmountPaid - AmountReduced;

    public decimal Open => Status == InvoiceStatus.Open ? Outstanding : 0;

    /// <summary>What is due on it and on no later one.</summary>
    public decimal Owed => Status == InvoiceStatus.CarriedForward && CarriedTo is null ? Outstanding : Open;

    /// <summary>The invoice after money settled some of it.</summary>
    public Invoice Pay(decimal amount, DateTimeOffset at) => this with
    {
        AmountPaid = AmountPaid + amount,
        Status = amount >= Outstanding ? InvoiceStatus.Paid : Status,
        PaidAt = amount >= Outstanding ? at : PaidAt,
        Version = Version + 1
    };

    /// <summary>
    /// The id of an invoice follows from what it is the invoice of. When books that were brought back from a backup issue it again, it has the id that it had:
    /// the letters about it have theirs, and the address that its customer was sent still leads to it. It begins with the month, so that rows of one month
    /// stand together in every index.
    /// </summary>
    /// <param name="runId">Of the close.</param>
    /// <param name="period">Its month, as 202610.</param>
    /// <param name="accountId">Whose it is.</param>
    /// <param name="replaces">The voided one in whose place it is issued; null for the first.</param>
    public static Guid IdOf(Guid runId, int period, string accountId, Guid? replaces) =>
        DeterministicGuid.Of($"invoice:{runId}:{accountId}:{replaces}", period);

    /// <summary>Clocks of two machines differ by no more than this.</summary>
    static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>What was expected of the instant at which somebody read the invoice; null when he can have read it then.</summary>
    public string? WhyNotReadAt(DateTimeOffset asOf, DateTimeOffset now) =>
        asOf > now + ClockSkew ? $"an instant up to now, {now:u}"
        : asOf + ClockSkew < IssuedAt ? $"an instant from {IssuedAt:u} on, when {Number} was issued"
        : null;

    /// <summary>What money that comes in for it settles: what is open, or what was written off and not recovered yet.</summary>
    public decimal Settleable => Status == InvoiceStatus.WrittenOff ? WrittenOff - Recovered : Open;

    /// <summary>The invoice after the gateway took money for it. What is written off stays so, and recovers; what settles nothing changes nothing.</summary>
    /// <param name="settled">At most <see cref="Settleable"/>.</param>
    /// <param name="at">When it was booked.</param>
    public Invoice Receive(decimal settled, DateTimeOffset at) =>
        settled == 0 ? this
        : Status == InvoiceStatus.WrittenOff ? this with { Recovered = Recovered + settled, Version = Version + 1 }
        : Pay(settled, at);

    /// <summary>The invoice after a correction took some of what was due off it.</summary>
    public Invoice Reduce(decimal amount, DateTimeOffset at) => this with
    {
        AmountReduced = AmountReduced + amount,
        Status = amount >= Outstanding && Owed > 0 ? InvoiceStatus.Paid : Status,
        PaidAt = amount >= Outstanding && Owed > 0 ? at : PaidAt,
        Version = Version + 1
    };
}

/// <summary>An amount owed, with the quantity, price and days that made it.</summary>
public sealed class InvoiceLine
{
    public required Guid InvoiceId { get; init; }
    public required int Position { get; init; }

    /// <summary><c>fee</c>, <c>usage</c>, <c>adjustment</c>, <c>seats</c>, <c>carried-forward</c> or <c>rounding</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it was made of.</summary>
    public required LineSource Source { get; init; }

    /// <summary>The month in which it was used, as 202610. What comes late is compared with the lines of its month.</summary>
    public required int ServicePeriod { get; init; }

    public required string Description { get; init; }
    public string? PriceCode { get; init; }
    public long? PriceVersion { get; init; }
    public required decimal Quantity { get; init; }
    public required decimal UnitPrice { get; init; }
    public required DateOnly FirstDay { get; init; }
    public required DateOnly LastDay { get; init; }

    /// <summary>How the amount comes about, for a person with a pocket calculator.</summary>
    public required string Formula { get; init; }

    /// <summary>What the price says: rounded once, half away from zero, in the currency's major unit.</summary>
    public required decimal Amount { get; init; }

    /// <summary>How it is taxed; null for a line without tax.</summary>
    public TaxTreatment? TaxTreatment { get; init; }

    /// <summary>As a fraction: 0.19 is 19 %.</summary>
    public decimal? TaxRate { get; init; }

    /// <summary>What the invoice says of its tax.</summary>
    public string? TaxName { get; init; }

    /// <summary>Rounded by line, like the amount.</summary>
    public decimal Tax { get; init; }

    /// <summary>What it is in the total: the amount, and the tax that is added to it.</summary>
    public decimal Gross => Amount + (TaxTreatment == Taxes.TaxTreatment.Added ? Tax : 0);
}

sealed class InvoiceMap : IEntityTypeConfiguration<Invoice>
{
    public void Configure(EntityTypeBuilder<Invoice> invoice)
    {
        invoice.ToTable("Invoice");
        invoice.HasKey(x => x.InvoiceId);
        invoice.Property(x => x.InvoiceId).ValueGeneratedNever();
        invoice.Property(x => x.Number).HasMaxLength(32);
        invoice.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        invoice.Property(x => x.Currency).HasMaxLength(3);
        invoice.Property(x => x.Status).HasConversion<string>().HasMaxLength(16);
        invoice.Property(x => x.Total).HasPrecision(19, 4);
        invoice.Property(x => x.Tax).HasPrecision(19, 4);
        invoice.Property(x => x.Carried).HasPrecision(19, 4);
        invoice.Property(x => x.CreditApplied).HasPrecision(19, 4);
        invoice.Property(x => x.AmountDue).HasPrecision(19, 4);
        invoice.Property(x => x.AmountPaid).HasPrecision(19, 4);
        invoice.Property(x => x.AmountReduced).HasPrecision(19, 4);
        invoice.Property(x => x.CreditUsedLater).HasPrecision(19, 4);
        invoice.Property(x => x.WrittenOff).HasPrecision(19, 4);
        invoice.Property(x => x.Recovered).HasPrecision(19, 4);
        invoice.Property(x => x.BilledTo).IsSealed();
        invoice.Property(x => x.TimeZone).HasMaxLength(64);
        invoice.Property(x => x.PaidBy).HasConversion<string>().HasMaxLength(16);
        invoice.Ignore(x => x.Outstanding);
        invoice.Ignore(x => x.Open);
        invoice.Ignore(x => x.Owed);
        invoice.Ignore(x => x.Settleable);
        invoice.HasIndex(x => new { x.AccountId, x.Period }).IsUnique().HasFilter("\"Status\" <> 'Voided'");  // one invoice a month
        invoice.HasIndex(x => x.AccountId).HasFilter("\"Status\" IN ('Open', 'CarriedForward')");     // what is open, of however many invoices
        invoice.HasIndex(x => x.Number).IsUnique();
        invoice.HasIndex(x => x.RunId);
    }
}

sealed class InvoiceLineMap : IEntityTypeConfiguration<InvoiceLine>
{
    public void Configure(EntityTypeBuilder<InvoiceLine> line)
    {
        line.ToTable("InvoiceLine");
        line.HasKey(x => new { x.InvoiceId, x.Position });
        line.Property(x => x.Kind).HasMaxLength(16);
        line.Property(x => x.Source).HasConversion<string>().HasMaxLength(16);
        line.Property(x => x.Description).HasMaxLength(400);
        line.Property(x => x.PriceCode).HasMaxLength(64);
        line.Property(x => x.Quantity).HasPrecision(MonthCloseDbContext.FullPrecision, MonthCloseDbContext.FullScale);
        line.Property(x => x.UnitPrice).HasPrecision(MonthCloseDbContext.FullPrecision, MonthCloseDbContext.FullScale);
        line.Property(x => x.Formula).HasMaxLength(1000);
        line.Property(x => x.Amount).HasPrecision(19, 4);
        line.Property(x => x.TaxTreatment).HasConversion<string>().HasMaxLength(16);
        line.Property(x => x.TaxRate).HasPrecision(9, Taxes.TaxRate.Scale);
        line.Property(x => x.TaxName).HasMaxLength(LineTax.LongestName);
        line.Property(x => x.Tax).HasPrecision(19, 4);
        line.Ignore(x => x.Gross);
    }
}
