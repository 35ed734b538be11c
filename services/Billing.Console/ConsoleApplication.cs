using Billing.Console.Live;
using Billing.Console.Pages;
using Billing.Console.Reading;
using Billing.Console.Serving;
using Billing.Console.Settings;
using Billing.Console.Viewing;
using Billing.Hosting;
using Billing.Hosting.Http;

namespace Billing.Console;

/// <summary>The fifth host: people look at the other four, and act by the same commands as everybody. It owns no facts, and has no database.</summary>
public static class ConsoleApplication
{
    /// <param name="args">Of the command line.</param>
    /// <param name="configure">What a test puts in the place of the real thing, such as the clock.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        var provider = Provider.Read(builder.Configuration);
        if (provider is not null)
            builder.Services.AddOwnSignIn();
        builder.AddBillingHost("console", _ => { });        // its clock is named before the framework names one
        builder.Services.AddConsoleOptions(builder.Configuration);
        builder.Services.AddReading();
        builder.Services.AddViewing(provider);
        builder.Services.AddActing();
        builder.Services.AddSingleton<LiveHub>().AddSingleton<PageRenderer>().AddSingleton<PageServer>();

        var app = builder.Build();
        app.UseViewing();
        app.MapBillingHost();
        app.MapAssets();
        app.MapSignIn();
        app.MapPages();
        app.MapActs();
        app.MapApiDocs();
        return app;
    }
}
