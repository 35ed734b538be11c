using System.Text.Json.Serialization;
using Billing.Notification.Limiting;
using Billing.Notification.Metrics;
using Billing.Notification.Queueing;
using Billing.Notification.Reporting;
using Billing.Notification.Sending;
using Billing.Notification.Sending.Smtp;
using Billing.Notification.Sending.Twilio;
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
        services.AddOptions<MailOptions>().Bind(configuration.GetSection(MailOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<SendingOptions>().Bind(configuration.GetSection(SendingOptions.Section)).ValidateDataAnnotations().ValidateOnStart();

        services.AddOptions<TwilioOptions>().Bind(configuration.GetSection(TwilioOptions.Section)).ValidateDataAnnotations().ValidateOnStart();

        services.AddOptions<MetricsOptions>().Bind(configuration.GetSection(MetricsOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<FigureBook>().AddSingleton<FigureGauges>().AddScoped<FigureReader>().AddScoped<FigureDesk>().AddHostedService<FigureKeeper>();
        services.AddScoped<DeliveryReports>();
        services.AddSingleton<Arrivals>().AddScoped<MessageStore>().AddScoped<KeyDesk>().AddHostedService<KeyKeeper>().AddScoped<WorkspaceSettings>();
        services.AddSingleton<Allowances>().AddSharedLimits();
        services.AddSingleton<SendingDesk>().AddSingleton<SentCounter>();
        services.TryAddKeyedSingleton<IOutlet>(Channel.Email, (provider, _) =>
            provider.GetRequiredService<IOptions<MailOptions>>() is { Value.SmtpHost.Length: > 0 } smtp ? new SmtpOutlet(smtp) : ActivatorUtilities.CreateInstance<PickupFolder>(provider));
        services.AddTwilio();
        foreach (var channel in Enum.GetValues<Channel>())
            services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<SendingLoop>(provider, channel));

        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
    }
}
