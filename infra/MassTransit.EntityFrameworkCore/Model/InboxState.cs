namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>One message that one consumer has consumed. Its unique key is the test for duplicates.</summary>
public class InboxState
{
    public long Id { get; set; }

    public Guid MessageId { get; set; }

    /// <summary>Derived from the endpoint's name and the consumer's type, so two consumers may each consume a message once.</summary>
    public Guid ConsumerId { get; set; }

    public Guid LockId { get; set; }

    public byte[]? RowVersion { get; set; }

    public DateTime Received { get; set; }

    public int ReceiveCount { get; set; }

    public DateTime? ExpirationTime { get; set; }

    public DateTime? Consumed { get; set; }

    /// <summary>
    /// Starts the duplicate window; the clean-up deletes the row when the window is over. While the messages that it caused are being delivered, it is
    /// their lease: the process that delivers them sets it anew.
    /// </summary>
    public DateTime? Delivered { get; set; }

    public long? LastSequenceNumber { get; set; }
}
