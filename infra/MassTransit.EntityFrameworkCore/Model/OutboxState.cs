namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// One transaction's worth of bus outbox messages. Whoever delivers them locks this row,
/// so the messages of one transaction are never split between two senders.
/// </summary>
public class OutboxState
{
    public Guid OutboxId { get; set; }

    public Guid LockId { get; set; }

    public byte[]? RowVersion { get; set; }

    public DateTime Created { get; set; }

    public DateTime? Delivered { get; set; }

    public long? LastSequenceNumber { get; set; }
}
