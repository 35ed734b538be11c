using Billing.Notification;

await NotificationApplication.Build(args).RunAsync();
