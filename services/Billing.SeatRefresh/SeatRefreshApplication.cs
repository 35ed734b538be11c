using Billing.Hosting;
using Billing.Persistence;
using Billing.Sealing;
using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Explaining;
using Billing.SeatRefresh.Intake;
using Billing.SeatRefresh.Members;
using Billing.SeatRefresh.Namespaces;
using Billing.SeatRefresh.Refreshing;
using Billing.SeatRefresh.Reporting;
using Billing.SeatRefresh.Slots;
using Billing.SeatRefresh.Subscriptions;
using Billing.SeatRefresh.Walking;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh;

public static class SeatRefreshApplication
{
    /// <param name="args">Of the command line.</param>
    /// <param name="configure">What a test puts in the place of the real thing, such as the clock.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        var sqlServer = string.Equals(builder.Configuration["Database:Provider"], "SqlServer", StringComparison.OrdinalIgnoreCase);
        builder.AddBillingDatabase<SeatRefreshDbContext, PostgresSeatRefreshDbContext, SqlServerSeatRefreshDbContext>();
        builder.Services.AddOptions<RefreshOptions>().Bind(builder.Configuration.GetSection(RefreshOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RefreshOptions>, RefreshOptionsValidator>();
        builder.Services.AddOptions<PlanOptions>().Bind(builder.Configuration.GetSection(PlanOptions.Section)).ValidateOnStart();
        builder.Services.AddSealingOfSender(builder.Configuration);
        builder.Services.AddScoped<SeatCounter>().AddScoped<SeatNews>().AddScoped<SeatRound>().AddScoped<WalkStep>().AddScoped<DifferenceFinder>().AddScoped<SeatExplainer>();
        builder.Services.AddScoped<NewsBook>().AddScoped<NamespaceBook>().AddScoped<MemberBook>().AddScoped<SubscriptionBook>();
        builder.Services.AddSingleton<RefreshBell>().AddSingleton<WalkBell>().AddSingleton<SlotBook>().AddSingleton<DueSubscriptions>().AddSingleton<RefreshJob>();
        builder.Services.AddHostedService<DueTimes>();      // after the migration, before the bus
        builder.AddBillingHost("seat-refresh", x => SeatRefreshBus.Configure(x, sqlServer));
        builder.Services.AddHostedService<SlotKeeper>().AddHostedService<WalkKeeper>();

        var app = builder.Build();
        app.MapBillingHost();
        app.MapReporting();
        app.MapRefresh();
        app.MapExplaining();
        return app;
    }
}
