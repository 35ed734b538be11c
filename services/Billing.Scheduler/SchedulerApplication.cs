using Billing.Hosting;
using Billing.Persistence;
using Billing.Scheduler.Reporting;
using Billing.Scheduler.Schedules;
using Billing.Scheduler.Ticking;
using Billing.Scheduler.Waking;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Billing.Scheduler;

public static class SchedulerApplication
{
    /// <param name="args">Of the command line.</param>
    /// <param name="configure">What a test puts in the place of the real thing, such as the clock.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        ScheduleReader.AddDefaults(builder.Configuration);
        configure?.Invoke(builder);
        var sqlServer = IsOnSqlServer(builder.Configuration);
        builder.AddBillingDatabase<SchedulerDbContext, PostgresSchedulerDbContext, SqlServerSchedulerDbContext>();
        builder.Services.AddOptions<SchedulesOptions>().Configure(schedules => builder.Configuration.GetSection(SchedulesOptions.Section).Bind(schedules.ByName)).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SchedulesOptions>, ScheduleReader>();
        builder.Services.AddScoped<TickDesk>();
        builder.Services.AddSingleton<Desks>().AddSingleton<QuartzStore>();
        builder.AddBillingHost("scheduler", x => Configure(x, sqlServer));
        builder.Services.AddHostedService<Waker>();

        var app = builder.Build();
        app.MapBillingHost();
        app.MapReporting();
        return app;
    }

    internal static bool IsOnSqlServer(IConfiguration configuration) => string.Equals(configuration["Database:Provider"], "SqlServer", StringComparison.OrdinalIgnoreCase);

    // it listens to nobody; what it says leaves with its transaction
    static void Configure(IBusRegistrationConfigurator x, bool sqlServer)
    {
        x.AddEntityFrameworkOutbox<SchedulerDbContext>(outbox =>
        {
            _ = sqlServer ? outbox.UseSqlServer() : outbox.UsePostgres();
            outbox.UseBusOutbox();
        });
    }
}
