using Billing.Persistence;
using Billing.Scheduler.Schedules;
using Billing.Scheduler.Ticking;
using Billing.Scheduler.Triggering;
using Microsoft.Extensions.Options;

namespace Billing.Scheduler;

/// <summary>What the workers are made of.</summary>
static class SchedulerServices
{
    public static void AddScheduler(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SchedulesOptions>()
            .Configure(schedules => configuration.GetSection(SchedulesOptions.Section).Bind(schedules.ByName)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SchedulesOptions>, ScheduleReader>();

        services.AddScoped<TickStep>().AddSingleton<ScheduleTicker>();
        services.AddSingleton<ScheduleWorker>().AddSingleton<QuartzStore>()
            .AddSingleton<IDatabaseStructure>(provider => provider.GetRequiredService<QuartzStore>());
    }

    public static void AddWorkers(this IServiceCollection services) =>
        services.AddHostedService(provider => provider.GetRequiredService<ScheduleWorker>()).AddHostedService<QuartzWorker>();
}
