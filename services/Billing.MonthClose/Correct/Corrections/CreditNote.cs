using Billing.Contracts;
using Billing.MonthClose.Books.Refunds;
using Billing.Persistence.Personal;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Correct.Corrections;

/// <summary>A final correction of an issued invoice.</summary>
public sealed class CreditNote
{
    /// <summary>Follows from the sender's own id.</summary>
    public required Guid CreditNoteId { get; init; }

    public required string SenderId { get; init; }
    public required string Number { get; init; }
    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }
    public required string Currency { get; init; }

    /// <summary>What it takes back: the sum of its lines, and of the four ways below. In the currency's major unit.</summary>
    public required decimal Amount { get; init; }

    /// <summary>The part of it that is tax: the sum of the taxes of its lines.</summary>
    public decimal Tax { get; init; }

    public required decimal Reduced { get; init; }
    public required decimal Refund { get; init; }
    public required decimal AccountCredit { get; init; }
    public required decimal Outside { get; init; }
    [Personal(PersonalKind.Quotes)]
    public required string Reason { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
}

/// <summary>What a credit note takes back of one line of its invoice.</summary>
public sealed class CreditNoteLine
{
    public required Guid CreditNoteId { get; init; }
    public required Guid InvoiceId { get; init; }

    /// <summary>The invoice line's.</summary>
    public required int Position { get; init; }

    /// <summary>Tax included.</summary>
    public required decimal Amount { get; init; }

    /// <summary>The part of it that is tax.</summary>
    public decimal Tax { get; init; }
}

sealed class CreditNoteMap : IEntityTypeConfiguration<CreditNote>
{
    public void Configure(EntityTypeBuilder<CreditNote> note)
    {
        note.ToTable("CreditNote");
        note.HasKey(x => x.CreditNoteId);
        note.Property(x => x.CreditNoteId).ValueGeneratedNever();
        note.Property(x => x.SenderId).HasMaxLength(128);
        note.Property(x => x.Number).HasMaxLength(32);
        note.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        note.Property(x => x.Currency).HasMaxLength(3);
        foreach (var amount in new[] { nameof(CreditNote.Amount), nameof(CreditNote.Reduced), nameof(CreditNote.Refund), nameof(CreditNote.AccountCredit),
            nameof(CreditNote.Outside) })
            note.Property<decimal>(amount).HasPrecision(19, 4);
        note.Property(x => x.Tax).HasPrecision(19, 4);
        note.Property(x => x.Reason).HasMaxLength(400);
        note.HasIndex(x => x.Number).IsUnique();
        note.HasIndex(x => x.InvoiceId);
        note.HasIndex(x => x.AccountId);
    }
}

sealed class CreditNoteLineMap : IEntityTypeConfiguration<CreditNoteLine>
{
    public void Configure(EntityTypeBuilder<CreditNoteLine> line)
    {
        line.ToTable("CreditNoteLine");
        line.HasKey(x => new { x.CreditNoteId, x.Position });
        line.Property(x => x.Amount).HasPrecision(19, 4);
        line.Property(x => x.Tax).HasPrecision(19, 4);
        line.HasIndex(x => x.InvoiceId);
    }
}
