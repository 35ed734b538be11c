using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Billing.Hosting.Http;

/// <summary>How large a request may be, how long it may take, and how many one caller may send.</summary>
static class RequestBounds
{
    /// <summary>
    /// Requests a second of one address where a key is needed and none that we know is shown: ten. Nobody who has a key waits for who has none.
    /// </summary>
    const int WrongKeysPerSecond = 10;

    public static void AddRequestBounds(this WebApplicationBuilder builder)
    {
        var options = builder.Services.AddOptions<HttpOptions>().Bind(builder.Configuration.GetSection(HttpOptions.Section));
        options.ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<HttpOptions>>((kestrel, http) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = http.Value.LargestRequest;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);        // by then a client of good will has sent them
        });
        builder.Services.AddRequestTimeouts();
        builder.Services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<HttpOptions>>((timeouts, http) =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = http.Value.LongestRequest, TimeoutStatusCode = StatusCodes.Status504GatewayTimeout });
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<HttpOptions>>((limiter, http) =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => LimitOf(context, http.Value.RequestsPerSecond));
        });
    }

    /// <summary>Behind the keys: what is counted is whose key it is.</summary>
    public static void UseRequestBounds(this WebApplication app)
    {
        app.UseRateLimiter();
        app.UseRequestTimeouts();
    }

    static RateLimitPartition<string> LimitOf(HttpContext context, int perSecond)
    {
        var caller = context.Caller();
        if (caller == Caller.ThisMachine || context.Request.Path.StartsWithSegments("/health"))
            return RateLimitPartition.GetNoLimiter("");
        return caller != Caller.Nobody ? Bucket($"key {caller.Name}", perSecond)
            : context.GetEndpoint()?.Metadata.GetMetadata<WithoutKey>() is not null ? Bucket($"address {context.Connection.RemoteIpAddress}", perSecond)
            : Bucket($"stranger {context.Connection.RemoteIpAddress}", WrongKeysPerSecond);
    }

    static RateLimitPartition<string> Bucket(string name, int perSecond) =>
        RateLimitPartition.GetTokenBucketLimiter(name, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0
        });
}
