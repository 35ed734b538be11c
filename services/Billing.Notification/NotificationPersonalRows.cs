using Billing.Hosting.Personal;
using Billing.Notification.Messages;
using Billing.Notification.Metrics;

namespace Billing.Notification;

/// <summary>Where messages to a person lie; the workspace of a customer is his account.</summary>
public static class NotificationPersonalRows
{
    public static PersonalRows<NotificationDbContext> All { get; } = new PersonalRows<NotificationDbContext>()
        .Of<OutgoingMessage>((db, id) => db.Messages.Where(message => message.WorkspaceId == id), message => message.QueuedAt)
        .Of<DeliveryReport>((db, id) => db.DeliveryReports.Where(report =>
            db.Messages.Any(message => message.NotificationId == report.NotificationId && message.WorkspaceId == id)), report => report.At)
        .Of<ExceedanceEntry>((db, id) => db.Exceedances.Where(entry => entry.WorkspaceId == id), entry => entry.At)
        .Of<ExceedanceAlert>((db, id) => db.ExceedanceAlerts.Where(alert => alert.WorkspaceId == id), alert => alert.At);
}
