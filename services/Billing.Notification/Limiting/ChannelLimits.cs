using Billing.Limits;
using Billing.Notification.Settings;
using Billing.Persistence;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Limiting;

/// <summary>The limits of each channel, over all processes: how many leave in a second, and how many at the same time.</summary>
static class ChannelLimits
{
    /// <summary>The longest that an outlet takes for one message, by the bounds of its options, and a second.</summary>
    static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(16);

    public static string Sends(Channel channel) => channel == Channel.Email ? "email" : "sms";

    public static string InFlight(Channel channel) => $"{Sends(channel)}-in-flight";

    public static void AddSharedLimits(this IServiceCollection services)
    {
        foreach (var channel in Enum.GetValues<Channel>())
            services.AddKeyedSingleton(channel, (provider, _) => ActivatorUtilities.CreateInstance<ProviderFeedback>(provider, channel));
        services.AddSharedPermits<NotificationDbContext>(
            provider => Enum.GetValues<Channel>().SelectMany(channel => Of(provider, channel)),
            (provider, stopping) => provider.GetRequiredService<DatabaseReadiness>().WaitAsync(stopping));
    }

    static IEnumerable<PermitOptions> Of(IServiceProvider provider, Channel channel)
    {
        var options = provider.GetRequiredService<IOptions<SendingOptions>>().Value.Of(channel);
        var times = PermitTimes.Default with { LongestUse = LongestSend };
        yield return new PermitOptions { Name = InFlight(channel), Kind = LimitKind.Concurrent, Permits = options.InFlight, Times = times };
        yield return new PermitOptions
        {
            Name = Sends(channel),
            // without a limit until somebody sets one, which is a window then
            Kind = options.Kind == LimitKind.Unlimited ? LimitKind.Window : options.Kind,
            Permits = options.Kind == LimitKind.Unlimited ? null : options.PerSecond,
            BoundBy = InFlight(channel),
            Times = times,
            Advisor = options.Adaptive.IsOn ? provider.GetRequiredKeyedService<ProviderFeedback>(channel) : null
        };
    }
}
