namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Where a process may die between taking a message and letting it go.</summary>
enum OutboxFaultPoint
{
    BeforeTransaction,
    AfterInboxRow,
    BeforeCommit,
    AfterCommit,
    AfterSend,
    BeforeAcknowledge,
}

/// <summary>Lets tests die at these points. Nothing is registered in a service.</summary>
interface IOutboxFaults
{
    ValueTask At(OutboxFaultPoint point, InboxKey key);
}
