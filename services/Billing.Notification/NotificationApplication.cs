using Billing.Hosting;
using Billing.Hosting.Personal;
using Billing.Notification.Outlets.Twilio;
using Billing.Notification.Reporting;
using Billing.Persistence;

namespace Billing.Notification;

public static class NotificationApplication
{
    /// <param name="args">Of the command line.</param>
    /// <param name="configure">What a test puts in the place of the real thing, such as the clock.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        builder.AddBillingDatabase<NotificationDbContext, PostgresNotificationDbContext, SqlServerNotificationDbContext>();
        builder.Services.AddNotification(builder.Configuration);
        builder.AddBillingHost("notification", NotificationBus.Configure);

        var app = builder.Build();
        app.MapBillingHost();
        app.MapContacts();
        app.MapReporting();
        app.MapLists();
        app.MapFigures();
        app.MapTwilio();
        app.MapPreviews();
        app.MapRestoring();
        return app;
    }
}
