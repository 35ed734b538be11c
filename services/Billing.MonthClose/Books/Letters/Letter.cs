using Billing.Contracts;
using Billing.Hosting.Identity;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Collect.Mailing;
using Billing.MonthClose.Correct.Corrections;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Letters;

/// <summary>A letter that was asked for, written down in the transaction that asks: what Notification made of it can be held against it.</summary>
public sealed class Letter
{
    public const string OfInvoice = "invoice";
    public const string Receipt = "receipt";
    public const string CreditNote = "credit-note";
    public const string Refund = "refund";
    public const string PaymentCredited = "payment-credited";

    /// <summary>The notification's id.</summary>
    public required Guid LetterId { get; init; }

    public required Guid InvoiceId { get; init; }
    public required string AccountId { get; init; }
    public required string Template { get; init; }

    /// <summary>Which attempt to collect it speaks of; 0 when it speaks of none.</summary>
    public required int Attempt { get; init; }

    /// <summary>What it is about when that is not the invoice itself: the credit note, the refund or the charge from which its id follows.</summary>
    public Guid? Cause { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>When the next charge is due, if the letter says so: asked for again, it says the same.</summary>
    public DateTimeOffset? NextTry { get; init; }

    /// <summary>One letter for each (invoice, template, attempt), whoever asks for it how often.</summary>
    public static Guid IdOf(Guid invoiceId, string template, int attempt) =>
        DeterministicGuid.Of($"letter:{invoiceId}:{template}:{attempt}", DeterministicGuid.BeginningOf(invoiceId));
}

sealed class LetterMap : IEntityTypeConfiguration<Letter>
{
    public void Configure(EntityTypeBuilder<Letter> letter)
    {
        letter.ToTable("Letter");
        letter.HasKey(x => x.LetterId);
        letter.Property(x => x.LetterId).ValueGeneratedNever();
        letter.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        letter.Property(x => x.Template).HasMaxLength(64);
        letter.HasIndex(x => x.InvoiceId);
    }
}
