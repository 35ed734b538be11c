using Billing.Contracts;
using Billing.Hosting.Database;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Gateway;
using Billing.Persistence.Personal;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Charges;

public enum ChargeState
{
    /// <summary>Written down; the gateway is about to be asked, or is being asked.</summary>
    Pending,

    Succeeded,

    /// <summary>The gateway refused; no money moved.</summary>
    Failed,

    /// <summary>The gateway may or may not have taken the money. Only a question to it resolves this, never a second charge.</summary>
    Unknown,

    /// <summary>No charge was needed or allowed; <see cref="Charge.Code"/> says why.</summary>
    Skipped
}

/// <summary>Who asked for a charge.</summary>
public enum ChargeOrigin
{
    /// <summary>The month close.</summary>
    Close,

    /// <summary>The dated plan of a collection.</summary>
    Retry,

    /// <summary>The customer gave another payment method.</summary>
    NewMethod,

    /// <summary>A person.</summary>
    Manual
}

/// <summary>One attempt to collect an invoice. Its id is the gateway's idempotency key: one key for one row.</summary>
[RowsChange(nameof(State), nameof(Code), nameof(GatewayReference), nameof(AskUntil), nameof(AnsweredAt), nameof(Uncounted), nameof(Refunded))]
public sealed record Charge
{
    public required Guid ChargeId { get; init; }
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }

    /// <summary>The invoice's, as 202610.</summary>
    public required int Period { get; init; }

    /// <summary>From 1, counting those that use up an attempt of the dunning plan; one that uses up none has the number of the last that did.</summary>
    public required int Attempt { get; init; }

    public ChargeOrigin Origin { get; init; }

    /// <summary>
    /// True when its failure uses up no attempt of the dunning plan: a person's try, one with a new payment method between two dated ones, and
    /// whatever failed by our own fault.
    /// </summary>
    public bool Uncounted { get; set; }

    /// <summary>In the currency's major unit; 0 when skipped.</summary>
    public required decimal Amount { get; init; }

    public required string Currency { get; init; }
    [Personal(PersonalKind.Identity)]
    public required string? PaymentMethod { get; init; }

    /// <summary>The gateway's id of the customer when it was written down; null when it knows him by the account's own id.</summary>
    [Personal(PersonalKind.Identity)]
    public string? GatewayCustomer { get; init; }

    public required ChargeState State { get; set; }

    /// <summary>Decline code, or the reason for which it was skipped.</summary>
    public string? Code { get; set; }

    /// <summary>True when less was owed than invoiced.</summary>
    public bool Reduced { get; init; }

    /// <summary>How much more the account owed than the invoice said, when it did: reported, not charged.</summary>
    public decimal Drift { get; init; }

    /// <summary>What of it goes back, or went; never more than <see cref="Amount"/>.</summary>
    public decimal Refunded { get; init; }

    /// <summary>What may still go back.</summary>
    public decimal Refundable => State == ChargeState.Succeeded ? Amount - Refunded : 0;

    public string? GatewayReference { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// Until when the process that prepared it may ask the gateway for it. Later only looks are made, so that "it never was" can be believed.
    /// </summary>
    public DateTimeOffset? AskUntil { get; set; }

    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>
    /// Whether the gateway's "I know of no such thing" is the truth by now: nobody may ask for it any more, and whoever did has been given up for as
    /// long as a request can be under way.
    /// </summary>
    public bool IsOverAt(DateTimeOffset now, TimeSpan underWay)
    {
        var last = AskUntil > AnsweredAt || AnsweredAt is null ? AskUntil ?? CreatedAt : AnsweredAt.Value;
        return now - last >= underWay;
    }

    public GatewayCharge ToGateway(string paymentMethod) =>
        new(ChargeId, AccountId, Amount, Currency, paymentMethod, BillingPeriod.FromNumber(Period).ToString(), CreatedAt)
        {
            Customer = GatewayCustomer,
            AskUntil = AskUntil
        };
}

sealed class ChargeMap : IEntityTypeConfiguration<Charge>
{
    public void Configure(EntityTypeBuilder<Charge> charge)
    {
        charge.ToTable("Charge", table => table.HasCheckConstraint("NoMoreRefundedThanCharged", "\"Refunded\" >= 0 AND \"Refunded\" <= \"Amount\""));
        charge.HasKey(x => x.ChargeId);
        charge.Property(x => x.ChargeId).ValueGeneratedNever();
        charge.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        charge.Property(x => x.Amount).HasPrecision(19, 4);
        charge.Property(x => x.Refunded).HasPrecision(19, 4);
        charge.Ignore(x => x.Refundable);
        charge.Property(x => x.Drift).HasPrecision(19, 4);
        charge.Property(x => x.Currency).HasMaxLength(3);
        charge.Property(x => x.PaymentMethod).IsSealed();
        charge.Property(x => x.GatewayCustomer).HasMaxLength(ExternalId.Longest);
        charge.Property(x => x.Origin).HasConversion<string>().HasMaxLength(16).HasDefaultValue(ChargeOrigin.Close).ValueGeneratedNever();
        charge.Property(x => x.Uncounted).HasDefaultValue(false).ValueGeneratedNever();
        charge.Property(x => x.State).HasConversion<string>().HasMaxLength(16);
        charge.Property(x => x.Code).HasMaxLength(64);
        charge.Property(x => x.GatewayReference).HasMaxLength(128);
        // no second charge while one may still succeed
        charge.HasIndex(x => x.InvoiceId, "OneOpenCharge").IsUnique().HasFilter("\"State\" IN ('Pending', 'Unknown')");
        charge.HasIndex(x => x.InvoiceId, "OneSucceededCharge").IsUnique().HasFilter("\"State\" = 'Succeeded'");         // an invoice is collected once
        charge.HasIndex(x => new { x.AccountId, x.CreatedAt });                                                          // the daily bound
        charge.HasIndex(x => x.InvoiceId, "ChargesOfInvoice");
        charge.HasIndex(x => x.GatewayReference);                                                                        // what the gateway tells of a payment
    }
}
