using Billing.Contracts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Taxes;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Previews;

public enum PreviewState
{
    /// <summary>Its accounts are being computed.</summary>
    Reading,

    /// <summary>All of it can be looked at.</summary>
    Ready,

    /// <summary>A part could not be computed; <see cref="RunPreview.Reason"/> says why. Asking again begins a new one.</summary>
    Failed,

    /// <summary>The month may be closed as it was looked at, and its run has begun.</summary>
    Confirmed,

    /// <summary>Something changed after it was looked at; no run has begun, and no money moved.</summary>
    HeldBack
}

/// <summary>
/// A whole month as it would be closed: computed by the steps of the close, written nowhere but here and in <see cref="PreviewedAccount"/>. A person asks for
/// one to look at; a run that is started with a commit token makes a second one, which is held against the first before money moves.
/// </summary>
[RowsChange]
[RowsGo]
public sealed class RunPreview
{
    public const int LongestReason = 1000;

    public required Guid PreviewId { get; init; }

    /// <summary>As 202610.</summary>
    public required int Period { get; init; }

    public required DateTimeOffset AskedAt { get; init; }
    public string? RequestedBy { get; init; }

    /// <summary>The price list of the moment of asking. A run that is confirmed by this preview keeps it.</summary>
    public required long PriceVersion { get; init; }

    public PreviewState State { get; set; }
    public string? Reason { get; set; }
    public DateTimeOffset? ReadyAt { get; set; }

    /// <summary>Hash over what was computed for each account; the same inputs give the same one. Null until all is computed.</summary>
    public string? Token { get; set; }

    /// <summary>The preview that was looked at, when this one checks it for a run.</summary>
    public Guid? Checks { get; init; }

    /// <summary>Of a check: the run begins whatever changed.</summary>
    public bool AcceptChanges { get; init; }

    /// <summary>The last account that is handed out to be computed; null before the first.</summary>
    public string? CutThrough { get; set; }

    /// <summary>All accounts are handed out.</summary>
    public bool CutDone { get; set; }

    /// <summary>Accounts handed out so far.</summary>
    public int Accounts { get; set; }

    /// <summary>Accounts computed so far.</summary>
    public int Computed { get; set; }

    public string PeriodText => BillingPeriod.FromNumber(Period).ToString();
}

/// <summary>What the close would do for one account.</summary>
[RowsGo]
public sealed record PreviewedAccount
{
    public required Guid PreviewId { get; init; }
    public required string AccountId { get; init; }
    public required string Currency { get; init; }

    /// <summary>How the close would end without a charge; null when the account would be charged, or parked.</summary>
    public CloseOutcome? Outcome { get; init; }

    /// <summary>Why it would be parked; null when it would not.</summary>
    public string? ReasonCode { get; init; }
    public string? Reason { get; init; }

    /// <summary>The invoice has a number and stands in the books; false for one that would be parked or has nothing to bill.</summary>
    public required bool IsBilled { get; init; }

    /// <summary>What the invoice would ask for anew: its total, tax included, without what earlier invoices left, in the currency's major unit.</summary>
    public decimal Earned { get; init; }

    public decimal Total { get; init; }

    /// <summary>The part of the total that is tax.</summary>
    public decimal Tax { get; init; }
    public decimal CreditApplied { get; init; }
    public decimal AmountDue { get; init; }

    /// <summary>What the month before earned; null when it had no invoice.</summary>
    public decimal? Before { get; init; }

    public MonthChange Change { get; init; }

    /// <summary>Far from what the account's own months were.</summary>
    public bool IsOutlier { get; init; }

    /// <summary>The lines, as <see cref="PreviewedLine"/>.</summary>
    public required IReadOnlyList<PreviewedLine> Lines { get; init; }

    /// <summary>Hash of all that decides what the account pays.</summary>
    public required string Fingerprint { get; init; }
}

/// <summary>A line of an invoice that is not issued. Amounts are in the major unit of the invoice's currency.</summary>
public sealed record PreviewedLine(string Kind, string? PriceCode, int ServicePeriod, string Description, decimal Quantity, decimal UnitPrice,
    DateOnly FirstDay, DateOnly LastDay, string Formula, decimal Amount, LineTax? Tax = null);

sealed class RunPreviewMap : IEntityTypeConfiguration<RunPreview>
{
    public void Configure(EntityTypeBuilder<RunPreview> preview)
    {
        preview.ToTable("RunPreview");
        preview.HasKey(x => x.PreviewId);
        preview.Property(x => x.PreviewId).ValueGeneratedNever();
        preview.Property(x => x.RequestedBy).HasMaxLength(200);
        preview.Property(x => x.State).HasConversion<string>().HasMaxLength(16);
        preview.Property(x => x.Reason).HasMaxLength(RunPreview.LongestReason);
        preview.Property(x => x.Token).HasMaxLength(64);
        preview.Property(x => x.CutThrough).HasMaxLength(ExternalId.Longest);
        preview.Ignore(x => x.PeriodText);
        preview.HasIndex(x => new { x.Period, x.AskedAt });
    }
}

sealed class PreviewedAccountMap : IEntityTypeConfiguration<PreviewedAccount>
{
    public void Configure(EntityTypeBuilder<PreviewedAccount> account)
    {
        account.ToTable("PreviewedAccount");
        account.HasKey(x => new { x.PreviewId, x.AccountId });
        account.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        account.Property(x => x.Currency).HasMaxLength(3);
        account.Property(x => x.Outcome).HasConversion<string>().HasMaxLength(20);
        account.Property(x => x.ReasonCode).HasMaxLength(64);
        account.Property(x => x.Reason).HasMaxLength(RunPreview.LongestReason);
        account.Property(x => x.Earned).HasPrecision(19, 4);
        account.Property(x => x.Total).HasPrecision(19, 4);
        account.Property(x => x.Tax).HasPrecision(19, 4);
        account.Property(x => x.CreditApplied).HasPrecision(19, 4);
        account.Property(x => x.AmountDue).HasPrecision(19, 4);
        account.Property(x => x.Before).HasPrecision(19, 4);
        account.Property(x => x.Change).HasConversion<string>().HasMaxLength(16);
        account.Property(x => x.Lines).HasConversion(Json.Converter<IReadOnlyList<PreviewedLine>>(), Json.Comparer<IReadOnlyList<PreviewedLine>>());
        account.Property(x => x.Fingerprint).HasMaxLength(64);
    }
}
