using Billing.Limits;
using Billing.Notification.Delivering;
using Billing.Notification.Limiting;
using Billing.Notification.Settings;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Sending;

static class SendingSetup
{
    /// <summary>One worker for each channel.</summary>
    public static void AddSending(this IServiceCollection services)
    {
        services.AddSingleton<MessageClaims>().AddSingleton<OutcomeRecorder>();
        foreach (var channel in Enum.GetValues<Channel>())
            services.AddSingleton<IHostedService>(provider => Worker(provider, channel));
    }

    static SendingWorker Worker(IServiceProvider services, Channel channel)
    {
        var (options, clock) = (services.GetRequiredService<IOptions<SendingOptions>>().Value, services.GetRequiredService<TimeProvider>());
        var outlet = services.GetRequiredKeyedService<IOutlet>(channel);
        var limits = services.GetRequiredService<ISharedPermits>();
        var permits = new SendPermits(limits.Of(ChannelLimits.InFlight(channel)), limits.Of(ChannelLimits.Sends(channel)), outlet.InFlight);
        var pace = new SendingPace(options, permits, outlet.InFlight, clock);
        var feedback = services.GetRequiredKeyedService<ProviderFeedback>(channel);
        var lanes = new Lanes(feedback, permits);
        return Make<SendingWorker>(
            channel, permits, pace, lanes, Make<ClaimLoop>(channel, permits, pace, lanes), Make<RecordLoop>(channel, pace),
            Make<Handover>(outlet, permits, feedback));

        T Make<T>(params object[] parts) => ActivatorUtilities.CreateInstance<T>(services, parts);
    }
}
