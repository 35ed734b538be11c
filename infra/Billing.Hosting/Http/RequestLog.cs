using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Http;

/// <summary>A line for each request, with its path but not its query; those of health and metrics only when debugging.</summary>
static partial class RequestLog
{
    public static void UseRequestLog(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Billing.Http");
        var clock = app.Services.GetRequiredService<TimeProvider>();
        app.Use(async (context, next) =>
        {
            var began = clock.GetTimestamp();
            try
            {
                await next(context);
            }
            finally
            {
                var level = IsRoutine(context.Request.Path) ? LogLevel.Debug : LogLevel.Information;
                Answered(log, level, context.Request.Method, context.Request.Path, context.Response.StatusCode, clock.GetElapsedTime(began).TotalMilliseconds);
            }
        });
    }

    static bool IsRoutine(PathString path) => path.StartsWithSegments("/health") || path.StartsWithSegments("/metrics");

    [LoggerMessage(EventId = 10, Message = "{Method} {Path} answered {Status} in {Milliseconds:0.0} ms")]
    static partial void Answered(ILogger logger, LogLevel level, string method, string path, int status, double milliseconds);
}
