using Billing.Contracts;
using Billing.Hosting.Identity;
using Billing.Persistence.Personal;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Drifts;

public enum DriftState
{
    /// <summary>Seen, and still there.</summary>
    Open,

    /// <summary>Seen, still there, and nothing more is charged to the account.</summary>
    Parked,

    Repaired,

    /// <summary>Gone by itself, or by a person's hand.</summary>
    Gone,

    /// <summary>Still there, and in order: a person said so. It comes back when its figures change.</summary>
    Accepted
}

/// <summary>What a check saw: two records of the same money that disagree.</summary>
/// <param name="Class">One of <see cref="DriftClass"/>.</param>
/// <param name="AccountId">Whose money it is.</param>
/// <param name="Subject">What it is about: a charge, an invoice, a payment at the gateway, the account itself. One drift for each (class, subject).</param>
/// <param name="Detail">What each of the two says.</param>
sealed record Difference(string Class, string AccountId, string Subject, string Detail)
{
    public Guid? InvoiceId { get; init; }
    public Guid? ChargeId { get; init; }

    public Guid Id => DeterministicGuid.Of($"drift:{Class}:{Subject}");
}

/// <summary>A difference that a pass of the reconciler found, and what it did about it. It stays when it is gone: that is the proof.</summary>
[RowsChange]
public sealed record Drift
{
    public const int LongestDetail = 1000;

    public required Guid DriftId { get; init; }
    public required string Class { get; init; }

    /// <summary>Whose close found it, as 202610.</summary>
    public required int Period { get; init; }

    public required string AccountId { get; init; }
    public required string Subject { get; init; }
    public required string Detail { get; set; }
    public Guid? InvoiceId { get; init; }
    public required DriftLevel Level { get; set; }
    public required DriftState State { get; set; }

    /// <summary>What was done, or why nothing was.</summary>
    [Personal(PersonalKind.Quotes)]
    public required string Act { get; set; }

    public required Guid FoundBy { get; init; }
    public required DateTimeOffset FoundAt { get; init; }
    public required Guid LastSeenBy { get; set; }

    /// <summary>When it was repaired, accepted, or seen to be gone.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Times that it came back after it was repaired or gone.</summary>
    public int Returns { get; set; }
}

sealed class DriftMap : IEntityTypeConfiguration<Drift>
{
    public void Configure(EntityTypeBuilder<Drift> drift)
    {
        drift.ToTable("Drift");
        drift.HasKey(x => x.DriftId);
        drift.Property(x => x.DriftId).ValueGeneratedNever();
        drift.Property(x => x.Class).HasMaxLength(32);
        drift.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        drift.Property(x => x.Subject).HasMaxLength(400);
        drift.Property(x => x.Detail).HasMaxLength(Drift.LongestDetail);
        drift.Property(x => x.Act).HasMaxLength(1000);
        drift.Property(x => x.Level).HasConversion<string>().HasMaxLength(16);
        drift.Property(x => x.State).HasConversion<string>().HasMaxLength(16);
        drift.HasIndex(x => x.AccountId).HasFilter("\"EndedAt\" IS NULL");     // few: what is not reconciled
        drift.HasIndex(x => x.FoundAt);
    }
}
