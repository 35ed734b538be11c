using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serilog;
using Serilog.Events;

namespace Billing.Hosting.Http;

/// <summary>A line for each request, with its path but not its query. Those of health and metrics are debug lines unless they fail.</summary>
static class RequestLog
{
    public static void UseRequestLog(this WebApplication app) =>
        app.UseSerilogRequestLogging(options =>
        {
            options.Logger = app.Services.GetRequiredService<ILogger>();
            options.GetLevel = (context, _, failure) => LevelOf(context, failure);
        });

    static LogEventLevel LevelOf(HttpContext context, Exception? failure) =>
        failure is not null ? LogEventLevel.Error
        : IsRoutine(context.Request.Path) ? LogEventLevel.Debug
        : context.Response.StatusCode >= StatusCodes.Status500InternalServerError ? LogEventLevel.Error
        : LogEventLevel.Information;

    static bool IsRoutine(PathString path) => path.StartsWithSegments("/health") || path.StartsWithSegments("/metrics");
}
