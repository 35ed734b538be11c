using Billing.Hosting;
using Billing.Hosting.Personal;
using Billing.Persistence;
using Billing.SeatRefresh.Explaining;
using Billing.SeatRefresh.Reporting;

namespace Billing.SeatRefresh;

public static class SeatRefreshApplication
{
    /// <param name="args">Of the command line.</param>
    /// <param name="configure">What a test puts in the place of the real thing, such as the clock.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        var sqlServer = builder.Configuration.IsOnSqlServer();
        builder.AddBillingDatabase<SeatRefreshDbContext, PostgresSeatRefreshDbContext, SqlServerSeatRefreshDbContext>();
        builder.Services.AddSeatRefresh(builder.Configuration);
        builder.Services.AddDueTimes();
        builder.AddBillingHost("seat-refresh", x => SeatRefreshBus.Configure(x, sqlServer));
        builder.Services.AddWorkers();

        var app = builder.Build();
        app.MapBillingHost();
        app.MapContacts();
        app.MapReporting();
        app.MapRestoring();
        app.MapLists();
        app.MapRefresh();
        app.MapExplaining();
        return app;
    }
}
