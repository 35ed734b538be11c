using Billing.Contracts;
using Billing.MonthClose.Books.Calendar;
using Billing.Persistence.Personal;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Usage;

/// <summary>One use of one service, as it was taken in.</summary>
public sealed class UsageEntry
{
    public required string AccountId { get; init; }

    /// <summary>The sender's own id; with the account (and the part) it is the key, so the same record counts once, for ever.</summary>
    public required string UsageId { get; init; }

    /// <summary>0 for the month in which the use begins; 1 and on for the hours of the same record that begin in later months.</summary>
    public int Part { get; init; }

    /// <summary>The period whose invoice bills it, as 202610: its own, or the next open one when its own was invoiced already.</summary>
    public required int BillingPeriod { get; init; }

    /// <summary>The period in which it was used, as 202610.</summary>
    public required int ServicePeriod { get; init; }

    /// <summary>First day of the use in the account's time zone.</summary>
    public required DateOnly FirstDay { get; init; }

    /// <summary>Last day of the use in the account's time zone.</summary>
    public required DateOnly LastDay { get; init; }

    public string? PriceCode { get; init; }
    public decimal Quantity { get; init; }

    /// <summary>Hours of the use that begin in <see cref="ServicePeriod"/>.</summary>
    public long StartedHours { get; init; }

    public string? ResourceId { get; init; }

    /// <summary>A cost that was rated elsewhere, full precision.</summary>
    public decimal? Cost { get; init; }

    public string? Category { get; init; }
    public string? ServiceName { get; init; }
    public string? Sku { get; init; }
    public string? Description { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset EndedAt { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>A record that could not be taken: kept as it came, with the reason, until someone sends it right.</summary>
public sealed class RejectedUsageEntry
{
    public required Guid Id { get; init; }
    public required string AccountId { get; init; }
    public required string UsageId { get; init; }
    public required string Field { get; init; }
    [Personal(PersonalKind.Quotes)]
    public string? Value { get; init; }
    public required string Expected { get; init; }

    /// <summary>The record as JSON.</summary>
    [Personal(PersonalKind.Quotes)]
    public required string Record { get; init; }

    public string? Reference { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
}

sealed class UsageEntryMap : IEntityTypeConfiguration<UsageEntry>
{
    public void Configure(EntityTypeBuilder<UsageEntry> usage)
    {
        usage.ToTable("Usage");
        usage.HasKey(x => new { x.AccountId, x.UsageId, x.Part });
        usage.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        usage.Property(x => x.UsageId).HasMaxLength(ExternalId.Longest);
        usage.Property(x => x.PriceCode).HasMaxLength(64);
        usage.Property(x => x.Quantity).HasPrecision(MonthCloseDbContext.FullPrecision, MonthCloseDbContext.FullScale);
        usage.Property(x => x.Cost).HasPrecision(MonthCloseDbContext.FullPrecision, MonthCloseDbContext.FullScale);
        usage.Property(x => x.ResourceId).HasMaxLength(ExternalId.Longest);
        usage.Property(x => x.Category).HasMaxLength(32);
        usage.Property(x => x.ServiceName).HasMaxLength(200);
        usage.Property(x => x.Sku).HasMaxLength(128);
        usage.Property(x => x.Description).HasMaxLength(400);
        usage.HasIndex(x => new { x.AccountId, x.BillingPeriod });   // an invoice reads one account's period, never the whole month
    }
}

sealed class RejectedUsageEntryMap : IEntityTypeConfiguration<RejectedUsageEntry>
{
    public void Configure(EntityTypeBuilder<RejectedUsageEntry> rejected)
    {
        rejected.ToTable("RejectedUsage");
        rejected.Property(x => x.Id).ValueGeneratedNever();
        rejected.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        rejected.Property(x => x.UsageId).HasMaxLength(ExternalId.Longest);
        rejected.Property(x => x.Field).HasMaxLength(64);
        rejected.Property(x => x.Value).HasMaxLength(400);
        rejected.Property(x => x.Expected).HasMaxLength(400);
        rejected.HasIndex(x => x.AccountId);
    }
}
