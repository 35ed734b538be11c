using Billing.Hosting.Database;
using Billing.Persistence.Months;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Histories;

/// <summary>A message that a saga took, with what became of the saga's state. Written in the transaction of the state itself, never changed;
/// its body is sealed anew when the key is changed.</summary>
[RowsChange(nameof(Body))]
[RowsGo]
[KeptByMonth(nameof(TakenAt), Months = 14, AtLeast = 1)]
public sealed class SagaEntry
{
    /// <summary>Of one saga they grow in the order in which its messages were taken: its row is locked meanwhile.</summary>
    public long Number { get; init; }

    public required Guid SagaId { get; init; }

    /// <summary>The state's table, such as <c>Collection</c>.</summary>
    public required string Saga { get; init; }

    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>The message's type, such as <c>ChargeDeclined</c>.</summary>
    public required string Message { get; init; }

    public Guid? MessageId { get; init; }

    /// <summary>The saga's state before the message; null when the message made the saga.</summary>
    public string? From { get; init; }

    /// <summary>And after it.</summary>
    public required string To { get; init; }

    /// <summary>A <see cref="SagaChange"/>, compressed. Sealed, since a message may tell how to reach a customer.</summary>
    public required string Body { get; init; }
}

sealed class SagaEntryMap : IEntityTypeConfiguration<SagaEntry>
{
    public void Configure(EntityTypeBuilder<SagaEntry> entry)
    {
        entry.ToTable("SagaEntry");
        entry.HasKey(x => x.Number);
        entry.Property(x => x.Saga).HasMaxLength(32);
        entry.Property(x => x.Message).HasMaxLength(100);
        entry.Property(x => x.From).HasMaxLength(32);
        entry.Property(x => x.To).HasMaxLength(32);
        entry.Property<string?>(nameof(SagaEntry.Body)).IsSealed().IsRequired();
        entry.HasIndex(x => new { x.SagaId, x.Number });
        entry.HasIndex(x => x.TakenAt);     // what is too old is found by it
    }
}
