using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace MassTransit;

/// <summary>The three tables of inbox and outbox, column for column as MassTransit's own EF Core package lays them out.</summary>
public static class OutboxModelExtensions
{
    const int AddressLength = 256;

    /// <summary>Adds <see cref="InboxState"/>, <see cref="OutboxState"/> and <see cref="OutboxMessage"/>.</summary>
    public static void AddTransactionalOutboxEntities(this ModelBuilder modelBuilder, Action<EntityTypeBuilder>? callback = null)
    {
        modelBuilder.AddInboxStateEntity(callback);
        modelBuilder.AddOutboxStateEntity(callback);
        modelBuilder.AddOutboxMessageEntity(callback);
    }

    public static void AddInboxStateEntity(this ModelBuilder modelBuilder, Action<EntityTypeBuilder<InboxState>>? callback = null)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        var inbox = modelBuilder.Entity<InboxState>();
        inbox.HasKey(x => x.Id);
        inbox.HasAlternateKey(x => new { x.MessageId, x.ConsumerId }); // consumed once
        inbox.Property(x => x.RowVersion).IsRowVersion();
        inbox.HasIndex(x => x.Delivered);
        callback?.Invoke(inbox);
    }

    public static void AddOutboxStateEntity(this ModelBuilder modelBuilder, Action<EntityTypeBuilder<OutboxState>>? callback = null)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        var outbox = modelBuilder.Entity<OutboxState>();
        outbox.HasKey(x => x.OutboxId);
        outbox.Property(x => x.RowVersion).IsRowVersion();
        outbox.HasIndex(x => x.Created);
        callback?.Invoke(outbox);
    }

    public static void AddOutboxMessageEntity(this ModelBuilder modelBuilder, Action<EntityTypeBuilder<OutboxMessage>>? callback = null)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        var message = modelBuilder.Entity<OutboxMessage>();
        message.HasKey(x => x.SequenceNumber);
        message.Property(x => x.SourceAddress).HasMaxLength(AddressLength);
        message.Property(x => x.DestinationAddress).HasMaxLength(AddressLength);
        message.Property(x => x.ResponseAddress).HasMaxLength(AddressLength);
        message.Property(x => x.FaultAddress).HasMaxLength(AddressLength);
        message.Property(x => x.ContentType).HasMaxLength(256);
        message.HasIndex(x => x.ExpirationTime);
        message.HasIndex(x => x.EnqueueTime);
        message.HasIndex(x => new { x.InboxMessageId, x.InboxConsumerId, x.SequenceNumber }).IsUnique();
        message.HasIndex(x => new { x.OutboxId, x.SequenceNumber }).IsUnique();
        message.HasOne<InboxState>().WithMany().IsRequired(false)
            .HasForeignKey(x => new { x.InboxMessageId, x.InboxConsumerId })
            .HasPrincipalKey(x => new { x.MessageId, x.ConsumerId });
        message.HasOne<OutboxState>().WithMany().IsRequired(false).HasForeignKey(x => x.OutboxId);
        callback?.Invoke(message);
    }
}
