using Billing.Contracts;
using Billing.MonthClose.Gateway;
using Billing.Persistence.Personal;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Refunds;

public enum RefundState
{
    /// <summary>Written down; the gateway is about to be asked, or is being asked.</summary>
    Pending,

    Succeeded,

    /// <summary>No money went back: it is the customer's credit.</summary>
    Failed,

    /// <summary>The gateway may or may not have given the money back. Only a question to it resolves this, never a second refund.</summary>
    Unknown
}

/// <summary>Money of one charge that goes back. Its id is the gateway's idempotency key: one key for one row.</summary>
[RowsChange(nameof(State), nameof(Code), nameof(GatewayReference), nameof(AskedAt), nameof(AnsweredAt))]
public sealed record Refund
{
    /// <summary>Follows from the sender's own id.</summary>
    public required Guid RefundId { get; init; }

    public required string SenderId { get; init; }
    public required Guid ChargeId { get; init; }
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }

    /// <summary>The credit note of which it is a part, if one.</summary>
    public Guid? CreditNoteId { get; init; }

    /// <summary>In the currency's major unit.</summary>
    public required decimal Amount { get; init; }

    public required string Currency { get; init; }
    [Personal(PersonalKind.Quotes)]
    public required string Reason { get; init; }
    public required RefundState State { get; init; }
    public string? Code { get; init; }

    /// <summary>The gateway's own id of the payment.</summary>
    public required string ChargeReference { get; init; }

    /// <summary>The gateway's own id of the refund.</summary>
    public string? GatewayReference { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set before the gateway is asked: who finds it set asks what became of the refund before he asks for it.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public bool IsOpen => State is RefundState.Pending or RefundState.Unknown;

    public GatewayRefund ToGateway() => new(RefundId, ChargeId, ChargeReference, Amount, Currency);
}

sealed class RefundMap : IEntityTypeConfiguration<Refund>
{
    public void Configure(EntityTypeBuilder<Refund> refund)
    {
        refund.ToTable("Refund");
        refund.HasKey(x => x.RefundId);
        refund.Property(x => x.RefundId).ValueGeneratedNever();
        refund.Property(x => x.SenderId).HasMaxLength(160);
        refund.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        refund.Property(x => x.Amount).HasPrecision(19, 4);
        refund.Property(x => x.Currency).HasMaxLength(3);
        refund.Property(x => x.Reason).HasMaxLength(400);
        refund.Property(x => x.State).HasConversion<string>().HasMaxLength(16);
        refund.Property(x => x.Code).HasMaxLength(64);
        refund.Property(x => x.ChargeReference).HasMaxLength(128);
        refund.Property(x => x.GatewayReference).HasMaxLength(128);
        refund.Ignore(x => x.IsOpen);
        // no second refund while one may still succeed
        refund.HasIndex(x => x.ChargeId, "OneOpenRefund").IsUnique().HasFilter("\"State\" IN ('Pending', 'Unknown')");
        refund.HasIndex(x => x.AccountId);
        refund.HasIndex(x => x.InvoiceId);
    }
}
