using Billing.Hosting.Personal;
using Billing.Hosting.Restoring;
using Billing.Hosting.Retention;
using Billing.Persistence;
using Billing.Scheduler.Auditing;
using Billing.Scheduler.Dated;
using Billing.Scheduler.Reporting;
using Billing.Scheduler.Schedules;
using Billing.Scheduler.Steering;
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

        services.AddRetention<SchedulerDbContext>(configuration);
        services.AddContacts(SchedulerPersonalRows.All).AddScoped<IErasureStep, CommandsOfErasedContacts>();
        services.AddRestoring<SchedulerDbContext>().AddScoped<RestoredSchedules>();
        services.AddScoped<TickStep>().AddSingleton<ScheduleTicker>();
        services.AddScoped<AuditTrail>().AddScoped<SteeredSchedules>().AddScoped<DueCommandStep>();
        services.AddSingleton<ScheduleWorker>().AddSingleton<QuartzStore>().AddSingleton<QuartzWorker>()
            .AddSingleton<IDatabaseStructure>(provider => provider.GetRequiredService<QuartzStore>());
        services.AddHealthChecks().AddCheck<QuartzCheck>("quartz", tags: ["ready"]);
    }

    public static void AddWorkers(this IServiceCollection services) =>
        services.AddHostedService(provider => provider.GetRequiredService<ScheduleWorker>())
            .AddHostedService(provider => provider.GetRequiredService<QuartzWorker>()).AddHostedService<DueCommandWorker>()
            .AddHostedService<ScheduleGauges>().AddHostedService<OldCommands>();
}
