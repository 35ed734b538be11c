using Billing.Hosting;
using Billing.Hosting.Personal;
using Billing.Hosting.Retention;
using Billing.MonthClose.Collect.Webhooks;
using Billing.MonthClose.Look.Certifying;
using Billing.MonthClose.Look.Explaining;
using Billing.MonthClose.Look.Papers.Serving;
using Billing.MonthClose.Look.Previewing;
using Billing.MonthClose.Look.Reconciling;
using Billing.MonthClose.Look.Replaying;
using Billing.MonthClose.Look.Reporting;
using Billing.MonthClose.Look.WhatIf;
using Billing.Persistence;

namespace Billing.MonthClose;

public static class MonthCloseApplication
{
    /// <param name="args">Of the command line.</param>
    /// <param name="configure">What a test puts in the place of the real thing, such as the clock.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        var sqlServer = builder.Configuration.IsOnSqlServer();
        builder.AddBillingDatabase<MonthCloseDbContext, PostgresMonthCloseDbContext, SqlServerMonthCloseDbContext>();
        builder.Services.AddRetention<MonthCloseDbContext>(builder.Configuration).AddHostedService<OldEvents>();
        builder.Services.AddMonthClose(builder.Configuration);
        builder.AddBillingHost("month-close", x => MonthCloseBus.Configure(x, sqlServer));

        var app = builder.Build();
        app.MapBillingHost();
        app.MapContacts();
        app.MapReporting();
        app.MapReplaying();
        app.MapLists();
        app.MapLimits();
        app.MapPreviewing();
        app.MapWhatIf();
        app.MapCertifying();
        app.MapExplaining();
        app.MapPapers();
        app.MapWebhooks();
        app.MapReconciling();
        app.MapRestoring();
        app.MapAuditing();
        app.MapRetention();
        return app;
    }
}
