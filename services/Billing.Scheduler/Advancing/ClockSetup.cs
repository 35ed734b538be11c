using Billing.Clock;
using Billing.Hosting.Clocks;
using Billing.Persistence;

namespace Billing.Scheduler.Advancing;

/// <summary>The scheduler owns the test clock, in an installation that has one.</summary>
static class ClockSetup
{
    public static void AddAdvancing(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ClockOptions>().Configure(options =>
        {
            // what is configured takes the place of the default, instead of standing behind it
            if (configuration.GetSection($"{ClockOptions.Section}:{nameof(ClockOptions.Services)}").Exists())
                options.Services = [];
            configuration.GetSection(ClockOptions.Section).Bind(options);
        });
        services.AddSingleton<ClockSignal>().AddSingleton<ClockView>().AddScoped<IWorkInSight, SchedulesInSight>();
        if (!configuration.GetValue<bool>($"{ClockOptions.Section}:{nameof(ClockOptions.Test)}"))
            return;
        services.AddHttpClient();
        services.AddSingleton<ClockBook>().AddSingleton<ClockFollowers>().AddSingleton<ClockOwner>();
        services.AddHostedService(provider => provider.GetRequiredService<ClockOwner>());
        services.AddScoped<IDatabasePreparation, ClockAtStart>();
        services.AddHealthChecks().AddCheck<ClockOwnerCheck>("clock-owner", tags: ["ready"]);
    }
}
