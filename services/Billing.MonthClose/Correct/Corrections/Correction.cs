using Billing.Contracts;
using Billing.Hosting.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Correct.Corrections;

/// <summary>A command that corrected the books, under its sender's own id: told twice it is done once, and the same id never means two things.</summary>
public sealed record Correction
{
    /// <summary>Follows from kind and sender's id.</summary>
    public required Guid CorrectionId { get; init; }

    /// <summary>The command's name.</summary>
    public required string Kind { get; init; }

    public required string SenderId { get; init; }
    public required string AccountId { get; init; }
    public Guid? InvoiceId { get; init; }

    /// <summary>In the currency's major unit.</summary>
    public required decimal Amount { get; init; }

    public required DateTimeOffset At { get; init; }

    public static Guid IdOf(string kind, string senderId) => DeterministicGuid.Of($"{kind}:{senderId}");

    public static Correction Of(string kind, string senderId, string accountId, Guid? invoiceId, decimal amount, DateTimeOffset at) => new()
    {
        CorrectionId = IdOf(kind, senderId),
        Kind = kind,
        SenderId = senderId,
        AccountId = accountId,
        InvoiceId = invoiceId,
        Amount = amount,
        At = at
    };
}

sealed class CorrectionMap : IEntityTypeConfiguration<Correction>
{
    public void Configure(EntityTypeBuilder<Correction> correction)
    {
        correction.ToTable("Correction");
        correction.HasKey(x => x.CorrectionId);     // one command, one correction, for ever
        correction.Property(x => x.CorrectionId).ValueGeneratedNever();
        correction.Property(x => x.Kind).HasMaxLength(32);
        correction.Property(x => x.SenderId).HasMaxLength(128);
        correction.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        correction.Property(x => x.Amount).HasPrecision(19, 4);
        correction.HasIndex(x => x.InvoiceId);
    }
}
