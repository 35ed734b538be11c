using Billing.Hosting.Clocks;
using Billing.Hosting.Database;
using Billing.Hosting.Personal;
using Billing.Hosting.Restoring;
using Billing.Hosting.Validation;
using Billing.Persistence;
using Billing.Sealing;
using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Explaining;
using Billing.SeatRefresh.Intake;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Refreshing;
using Billing.SeatRefresh.Reporting;
using Billing.SeatRefresh.Settings;
using Billing.SeatRefresh.Slots;
using Billing.SeatRefresh.Walking;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh;

/// <summary>What the consumers and workers are made of.</summary>
static class SeatRefreshServices
{
    public static void AddSeatRefresh(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RefreshOptions>().BindKnown(configuration.GetSection(RefreshOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<RefreshOptions>, RefreshOptionsValidator>();
        services.AddOptions<PlanOptions>().BindKnown(configuration.GetSection(PlanOptions.Section)).ValidateOnStart();
        SealedColumns.Use(services.AddSealingOfSender(configuration));
        services.AddContacts(SeatRefreshPersonalRows.All);
        services.AddRestoring<SeatRefreshDbContext>().AddScoped<RestoredSeats>();

        services.AddScoped<LatestStateStore>().AddScoped<NamespaceStore>().AddScoped<MemberStore>().AddScoped<SubscriptionStore>();
        services.AddScoped<SeatCounter>().AddScoped<SeatPublisher>().AddScoped<CountStep>();
        services.AddSingleton<TimeBound>().AddScoped<CountAttempt>().AddScoped<TermsStep>();
        services.AddScoped<WalkStart>().AddScoped<WalkStep>().AddScoped<DifferenceFinder>().AddSingleton<WalkSignal>();
        services.AddSingleton<SlotStore>().AddSingleton<DueSubscriptions>().AddSingleton<RefreshJob>().AddSingleton<RefreshSignal>();
        services.AddScoped<SeatExplainer>().AddScoped<IWorkInSight, SeatsInSight>();
    }

    /// <summary>With the migration and before the bus, because a consumer reads the due times that it writes.</summary>
    public static void AddDueTimes(this IServiceCollection services) => services.AddSingleton<IDatabasePreparation, DueTimes>();

    public static void AddWorkers(this IServiceCollection services) => services.AddHostedService<RefreshWorker>().AddHostedService<WalkWorker>()
        .AddHostedService<RefreshGauges>();
}
