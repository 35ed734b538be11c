using Billing.Notification;
using Billing.Persistence;

await NotificationApplication.Build(args).RunServiceAsync();
