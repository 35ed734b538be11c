using Billing.Contracts;
using Billing.Hosting.Identity;
using Billing.Persistence.Personal;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Holds;

/// <summary>
/// The service of an account is suspended: for one invoice that is not paid, whose payment lifts it, or by a person, who lifts it again.
/// </summary>
[RowsChange]
public sealed record Hold
{
    /// <summary>The invoice; for a hold by hand its own id, which follows from the account.</summary>
    public required Guid InvoiceId { get; init; }

    public required string AccountId { get; init; }
    [Personal(PersonalKind.Quotes)]
    public required string Reason { get; init; }
    public required DateTimeOffset HeldAt { get; init; }
    public DateTimeOffset? LiftedAt { get; init; }

    /// <summary>A person placed it, for no invoice.</summary>
    public bool ByHand { get; init; }

    /// <summary>
    /// A hold by hand that goes when the account owes nothing. Without it only a person lifts what a person placed: a suspected fraud is not
    /// cured by a payment.
    /// </summary>
    public bool LiftedByPayment { get; init; }

    public string? PlacedBy { get; init; }
    public string? LiftedBy { get; init; }

    /// <summary>How often it was placed; one row is kept, and the events tell each time.</summary>
    public int Times { get; init; } = 1;

    public static Guid IdByHand(string accountId) => DeterministicGuid.Of($"hold-by-hand:{accountId}");
}

sealed class HoldMap : IEntityTypeConfiguration<Hold>
{
    public void Configure(EntityTypeBuilder<Hold> hold)
    {
        hold.ToTable("Hold");
        hold.HasKey(x => x.InvoiceId);      // placed twice is placed once
        hold.Property(x => x.InvoiceId).ValueGeneratedNever();
        hold.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        hold.Property(x => x.Reason).HasMaxLength(200);
        hold.Property(x => x.PlacedBy).HasMaxLength(128);
        hold.Property(x => x.LiftedBy).HasMaxLength(128);
        hold.Property(x => x.Times).HasDefaultValue(1).ValueGeneratedNever();
        hold.HasIndex(x => x.AccountId).HasFilter("\"LiftedAt\" IS NULL");
    }
}
