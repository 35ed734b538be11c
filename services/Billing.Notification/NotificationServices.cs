using System.Text.Json.Serialization;
using Billing.Hosting.Clocks;
using Billing.Hosting.Personal;
using Billing.Hosting.Restoring;
using Billing.Hosting.Retention;
using Billing.Hosting.Validation;
using Billing.Notification.Commands;
using Billing.Notification.Delivering;
using Billing.Notification.Intake;
using Billing.Notification.Limiting;
using Billing.Notification.Messages;
using Billing.Notification.Metrics;
using Billing.Notification.Outlets;
using Billing.Notification.Outlets.Smtp;
using Billing.Notification.Outlets.Twilio;
using Billing.Notification.Queueing;
using Billing.Notification.Reporting;
using Billing.Notification.Sending;
using Billing.Notification.Settings;
using Billing.Notification.Tiering;
using Billing.Sealing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Billing.Notification;

static class NotificationServices
{
    public static void AddNotification(this IServiceCollection services, IConfiguration configuration)
    {
        ContactSeal.Use(SealingSettings.Read(configuration, required: true));
        services.AddOptions<MailOptions>().BindKnown(configuration.GetSection(MailOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        var sending = configuration.GetSection(SendingOptions.Section);
        services.AddOptions<SendingOptions>().Configure(options => options.MakeRoomFor(sending)).BindKnown(sending).ValidateDataAnnotations().ValidateOnStart();

        services.AddOptions<TwilioOptions>().BindKnown(configuration.GetSection(TwilioOptions.Section)).ValidateDataAnnotations().ValidateOnStart();

        services.AddOptions<MetricsOptions>().BindKnown(configuration.GetSection(MetricsOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddRetention<NotificationDbContext>(configuration).AddHostedService<OldMessages>();
        services.AddSingleton<SentCounter>().AddSingleton<ExceedanceRecorder>().AddSingleton<FigureRecorder>();
        services.AddSingleton<FigureGauges>().AddScoped<FigureReader>().AddScoped<FigureResets>().AddHostedService<FigureUpkeep>();
        services.AddScoped<DeliveryReports>();
        services.AddSingleton<Arrivals>().AddScoped<MessageStore>().AddScoped<DeduplicationStore>().AddHostedService<DeduplicationSweep>();
        services.AddRestoring<NotificationDbContext>().AddScoped<RestoredMessages>();
        services.AddContacts(NotificationPersonalRows.All).AddScoped<ErasedWorkspaces>()
            .AddScoped<IErasureStep>(provider => provider.GetRequiredService<ErasedWorkspaces>());
        services.AddScoped<WorkspaceSettings>().AddScoped<IWorkInSight, MessagesInSight>();
        services.AddSingleton<Allowances>().AddSharedLimits();
        services.TryAddKeyedSingleton<IOutlet>(Channel.Email, (provider, _) =>
            provider.GetRequiredService<IOptions<MailOptions>>() is { Value.SmtpHost.Length: > 0 } smtp ? new SmtpOutlet(smtp)
                : ActivatorUtilities.CreateInstance<PickupFolder>(provider));
        services.AddTwilio();
        services.AddSending();

        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
    }
}
