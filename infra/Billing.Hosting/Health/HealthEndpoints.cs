using System.Text.Json;
using Billing.Hosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Health;

/// <summary>
/// Live: the process answers. Start-up: it was ready once, and is not asked again. Ready: the bus, the broker, the database and whatever else the service needs
/// are in order now. The body says of each its state, why, and how long it took to answer, and names the version.
/// </summary>
static class HealthEndpoints
{
    const string Ready = "ready";

    public static void AddBillingHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<BrokerCheck>();
        builder.Services.AddHealthChecks().AddCheck<BrokerCheck>("broker", tags: [Ready], timeout: BrokerCheck.Patience);
        builder.Services.AddSingleton<HealthGauges>().AddSingleton<IHealthCheckPublisher>(services => services.GetRequiredService<HealthGauges>());
        builder.Services.Configure<HealthCheckPublisherOptions>(options =>
        {
            options.Predicate = check => check.Tags.Contains(Ready);
            options.Period = TimeSpan.FromSeconds(15);      // as often as metrics are read
        });
    }

    public static void MapHealth(this WebApplication app)
    {
        app.Lifetime.ApplicationStarted.Register(() => app.Logger.LogInformation("Version {Version} has started", BillingVersion.Text));
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync }).AllowWithoutKey();
        app.MapHealthChecks("/health/ready", Asking(check => check.Tags.Contains(Ready), WriteAsync)).AllowWithoutKey();
        var hasStarted = false;
        app.MapHealthChecks("/health/startup", Asking(check => !Volatile.Read(ref hasStarted) && check.Tags.Contains(Ready), (context, report) =>
        {
            if (report.Status == HealthStatus.Healthy)
                Volatile.Write(ref hasStarted, true);
            return WriteAsync(context, report);
        })).AllowWithoutKey();
    }

    static HealthCheckOptions Asking(Func<HealthCheckRegistration, bool> which, Func<HttpContext, HealthReport, Task> write) => new()
    {
        Predicate = which,
        ResponseWriter = write,
        // the bus calls itself degraded while it looks for its broker
        ResultStatusCodes = { [HealthStatus.Degraded] = StatusCodes.Status503ServiceUnavailable },
    };

    static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        var checks = report.Entries.ToDictionary(entry => entry.Key, entry => new
        {
            status = entry.Value.Status.ToString(),
            reason = entry.Value.Description ?? entry.Value.Exception?.Message,
            latencyMilliseconds = Math.Round(entry.Value.Duration.TotalMilliseconds, 1)
        });
        return context.Response.WriteAsync(JsonSerializer.Serialize(new { status = report.Status.ToString(), version = BillingVersion.Text, checks }));
    }
}
