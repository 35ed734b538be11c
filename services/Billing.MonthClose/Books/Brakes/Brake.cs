using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Brakes;

/// <summary>A brake that a person has set; it stands in the place of the settings.</summary>
[RowsChange]
public sealed record Brake
{
    /// <summary>One of <see cref="BrakeName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>For <see cref="BrakeName.Amount"/>; empty for every other.</summary>
    public required string Currency { get; init; }

    /// <summary>Null: it is off.</summary>
    public required decimal? Limit { get; init; }

    public string? SetBy { get; init; }
    public required DateTimeOffset SetAt { get; init; }
}

/// <summary>The names of the brakes, as <see cref="BrakesOptions"/> has them.</summary>
static class BrakeName
{
    public const string FailedShare = nameof(BrakesOptions.FailedShare);
    public const string UnknownCharges = nameof(BrakesOptions.UnknownCharges);
    public const string Change = nameof(BrakesOptions.Change);
    public const string Amount = nameof(BrakesOptions.Amount);
    public const string Drifts = nameof(BrakesOptions.Drifts);

    public static readonly string[] All = [FailedShare, UnknownCharges, Change, Amount, Drifts];
}

/// <summary>What one chunk invoiced in one currency, beside what the same accounts were invoiced the month before; in the currency's major unit.</summary>
public sealed record ChunkChange
{
    public required Guid RunId { get; init; }
    public required int Chunk { get; init; }
    public required string Currency { get; init; }

    /// <summary>Accounts that had an invoice the month before; no other is compared.</summary>
    public required int Accounts { get; init; }

    public required decimal Invoiced { get; init; }
    public required decimal InvoicedBefore { get; init; }
}

sealed class BrakeMap : IEntityTypeConfiguration<Brake>
{
    public void Configure(EntityTypeBuilder<Brake> brake)
    {
        brake.ToTable("Brake");
        brake.HasKey(x => new { x.Name, x.Currency });
        brake.Property(x => x.Name).HasMaxLength(32);
        brake.Property(x => x.Currency).HasMaxLength(3);
        brake.Property(x => x.Limit).HasPrecision(28, 4);
        brake.Property(x => x.SetBy).HasMaxLength(200);
    }
}

sealed class ChunkChangeMap : IEntityTypeConfiguration<ChunkChange>
{
    public void Configure(EntityTypeBuilder<ChunkChange> change)
    {
        change.ToTable("ChunkChange");
        change.HasKey(x => new { x.RunId, x.Chunk, x.Currency });
        change.Property(x => x.Currency).HasMaxLength(3);
        change.Property(x => x.Invoiced).HasPrecision(28, 4);
        change.Property(x => x.InvoicedBefore).HasPrecision(28, 4);
    }
}
