namespace Billing.Notification;

/// <summary>By which way a message reaches a customer. Each has limits, queues and figures of its own.</summary>
public enum Channel
{
    Email,
    Sms
}
