using Billing.Contracts;
using Billing.MonthClose.Books.Calendar;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Ledger;

/// <summary>A month of the ledger that was reconciled: the subtotals of its accounts are stored.</summary>
[RowsChange(nameof(ProvedAt))]
public sealed class LedgerMonth
{
    /// <summary>Month of the calendar, UTC, as 202610.</summary>
    public required int Month { get; init; }

    public required DateTimeOffset ReconciledAt { get; init; }

    /// <summary>When its entries were last compared with their subtotals.</summary>
    public required DateTimeOffset ProvedAt { get; set; }

    public static int Of(DateTimeOffset instant) => BillingPeriod.Containing(instant, "UTC").Number;
}

/// <summary>
/// What the entries of one account in one month added up to when the month was reconciled, in the account's currency. A later entry belongs to a later
/// month, so a subtotal never changes; entries that no longer add up to it were changed by hand.
/// </summary>
public sealed class LedgerSubtotal
{
    public required string AccountId { get; init; }
    public required int Month { get; init; }

    /// <summary>Entries of the month.</summary>
    public required int Entries { get; init; }

    /// <summary>Sum of the month's receivable entries.</summary>
    public required decimal Owed { get; init; }

    /// <summary>Sum of the month's customer-credit entries with the sign turned.</summary>
    public required decimal Credit { get; init; }

    /// <summary>Sum of the month's cash entries.</summary>
    public required decimal Cash { get; init; }

    /// <summary>Sum of the month's positive entries.</summary>
    public required decimal Debits { get; init; }

    /// <summary>Sum of the month's negative entries.</summary>
    public required decimal Credits { get; init; }

    /// <summary>What was owed at the end of the month: the sum of all receivable entries up to there.</summary>
    public required decimal OwedThrough { get; init; }

    /// <summary>The credit at the end of the month.</summary>
    public required decimal CreditThrough { get; init; }
}

/// <summary>What some entries of an account add up to; null where there is none.</summary>
sealed record LedgerSums
{
    public string? AccountId { get; init; }
    public int? Entries { get; init; }
    public decimal? Owed { get; init; }
    public decimal? Credit { get; init; }
    public decimal? Cash { get; init; }
    public decimal? Debits { get; init; }
    public decimal? Credits { get; init; }
}

static class LedgerSumQueries
{
    public static IQueryable<LedgerSums> SumsByAccount(this IQueryable<LedgerEntry> entries) =>
        entries.GroupBy(entry => entry.AccountId).Select(some => new LedgerSums
        {
            AccountId = some.Key,
            Entries = some.Count(),
            Owed = some.Sum(entry => entry.Account == LedgerAccount.Receivable ? entry.Amount : 0),
            Credit = some.Sum(entry => entry.Account == LedgerAccount.CustomerCredit ? -entry.Amount : 0),
            Cash = some.Sum(entry => entry.Account == LedgerAccount.Cash ? entry.Amount : 0),
            Debits = some.Sum(entry => entry.Amount > 0 ? entry.Amount : 0),
            Credits = some.Sum(entry => entry.Amount < 0 ? entry.Amount : 0)
        });
}

sealed class LedgerMonthMap : IEntityTypeConfiguration<LedgerMonth>
{
    public void Configure(EntityTypeBuilder<LedgerMonth> month)
    {
        month.ToTable("LedgerMonth");
        month.HasKey(x => x.Month);
        month.Property(x => x.Month).ValueGeneratedNever();
    }
}

sealed class LedgerSubtotalMap : IEntityTypeConfiguration<LedgerSubtotal>
{
    public void Configure(EntityTypeBuilder<LedgerSubtotal> subtotal)
    {
        subtotal.ToTable("LedgerSubtotal");
        subtotal.HasKey(x => new { x.Month, x.AccountId });     // a pass reads one month of all accounts
        subtotal.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        foreach (var amount in new[] { nameof(LedgerSubtotal.Owed), nameof(LedgerSubtotal.Credit), nameof(LedgerSubtotal.Cash), nameof(LedgerSubtotal.Debits),
            nameof(LedgerSubtotal.Credits), nameof(LedgerSubtotal.OwedThrough), nameof(LedgerSubtotal.CreditThrough) })
            subtotal.Property(amount).HasPrecision(19, 4);
    }
}
