using Billing.Contracts;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Closes;

/// <summary>How far the close of one account has come. It only moves forward, but for a parked or cancelled one that is taken up again.</summary>
public enum CloseStep
{
    /// <summary>In a chunk, nothing done.</summary>
    Pending,

    /// <summary>The invoice is in the books, the charge is not decided.</summary>
    Invoiced,

    /// <summary>The outcome is known; the customer is still to be told.</summary>
    Booked,

    /// <summary>Ended, with an outcome.</summary>
    Closed,

    /// <summary>Set aside with a reason, until unparked.</summary>
    Parked,

    /// <summary>The run was cancelled before it was invoiced, or before it was charged; the run takes it up when the month is started again.</summary>
    Cancelled
}

/// <summary>How a close ended, or is about to end.</summary>
public enum CloseOutcome
{
    /// <summary>No line and nothing carried over: no invoice.</summary>
    NothingToBill,

    /// <summary>Lines that add up to zero: invoiced, paid, no charge.</summary>
    ZeroTotal,

    /// <summary>Credit paid all of the invoice: no charge.</summary>
    CoveredByCredit,

    /// <summary>A negative total, which became credit.</summary>
    Credited,

    /// <summary>Below the gateway's minimum: stands on the next invoice.</summary>
    CarriedForward,

    /// <summary>The gateway took what was due.</summary>
    Collected,

    /// <summary>Nothing was owed any more when the charge was to be made.</summary>
    AlreadyPaid,

    /// <summary>Not charged: the account pays by bank transfer.</summary>
    ManualPayment,

    /// <summary>The account is closed: its last invoice is issued, and not charged.</summary>
    AccountClosed,

    /// <summary>Not paid yet; the collection goes on by itself.</summary>
    InCollection,

    /// <summary>Not paid, and the account is on hold for it.</summary>
    Held,

    /// <summary>Not charged, because an operator switched charges off.</summary>
    AutoPayOff,

    /// <summary>Not invoiced, because an operator switched invoices off. What was used waits for the next invoice.</summary>
    AutoInvoicingOff,

    /// <summary>Its invoice was taken back after all.</summary>
    Voided,

    /// <summary>What was open was given up, or the customer is.</summary>
    WrittenOff
}

/// <summary>One account in one run: in which chunk it travels and how far it has come.</summary>
[RowsChange]
public sealed record AccountClose
{
    public required Guid RunId { get; init; }
    public required string AccountId { get; init; }
    public required int Chunk { get; set; }
    public required CloseStep Step { get; set; }
    public CloseOutcome? Outcome { get; set; }
    public string? ReasonCode { get; set; }
    public string? Reason { get; set; }

    /// <summary>Where it stood when it was parked, and goes on when unparked.</summary>
    public CloseStep? ParkedAt { get; set; }

    public Guid? InvoiceId { get; set; }
    public required DateTimeOffset PendingAt { get; init; }
    public DateTimeOffset? InvoicedAt { get; set; }
    public DateTimeOffset? EmailedAt { get; set; }
    public DateTimeOffset? BookedAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
}

sealed class AccountCloseMap : IEntityTypeConfiguration<AccountClose>
{
    public void Configure(EntityTypeBuilder<AccountClose> close)
    {
        close.ToTable("AccountClose");
        close.HasKey(x => new { x.RunId, x.AccountId });     // one close a period
        close.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        close.Property(x => x.Step).HasConversion<string>().HasMaxLength(16);
        close.Property(x => x.ParkedAt).HasConversion<string>().HasMaxLength(16);
        close.Property(x => x.Outcome).HasConversion<string>().HasMaxLength(20);
        close.Property(x => x.ReasonCode).HasMaxLength(64);
        close.Property(x => x.Reason).HasMaxLength(1000);
        // The run comes second: the statistics know nothing of a run that has just begun, and an index that begins with it looks as good as the key. Each
        // row that was asked for by its key then cost a look at the whole run.
        close.HasIndex(x => new { x.Chunk, x.RunId });
        close.HasIndex(x => x.AccountId);
        close.HasIndex(x => x.AccountId, "ParkedCloses").HasFilter("\"Step\" = 'Parked'");     // few, of all runs: who is stuck
    }
}
