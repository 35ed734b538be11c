using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Http;

/// <summary>A line for each request that may change something, with the key's name: also for one that was refused or failed.</summary>
static partial class ActLog
{
    public static void UseActLog(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Billing.Acts");
        app.Use(async (context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<NeededRights>() is not { } needed || (needed.Rights & (Rights.Operate | Rights.Money)) == 0)
            {
                await next(context);
                return;
            }

            var status = StatusCodes.Status500InternalServerError;
            try
            {
                await next(context);
                status = context.Response.StatusCode;
            }
            finally
            {
                LogAct(log, context.Caller().Name, context.Request.Method, context.Request.Path, status);
            }
        });
    }

    [LoggerMessage(1, LogLevel.Information, "{Caller} asked for {Method} {Path}, and was answered {Status}")]
    static partial void LogAct(ILogger logger, string caller, string method, string path, int status);
}
