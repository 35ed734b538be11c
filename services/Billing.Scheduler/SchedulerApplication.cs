using Billing.Hosting;
using Billing.Hosting.Personal;
using Billing.Persistence;
using Billing.Scheduler.Advancing;
using Billing.Scheduler.Reporting;
using Billing.Scheduler.Schedules;

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
        var sqlServer = builder.Configuration.IsOnSqlServer();
        builder.AddBillingDatabase<SchedulerDbContext, PostgresSchedulerDbContext, SqlServerSchedulerDbContext>();
        builder.Services.AddScheduler(builder.Configuration);
        builder.Services.AddAdvancing(builder.Configuration);
        builder.AddBillingHost("scheduler", x => SchedulerBus.Configure(x, sqlServer));
        builder.Services.AddWorkers();

        var app = builder.Build();
        app.MapBillingHost();
        app.MapContacts();
        app.MapReporting();
        app.MapRestoring();
        app.MapClockView();
        return app;
    }
}
