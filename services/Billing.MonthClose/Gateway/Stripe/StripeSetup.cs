using Billing.Hosting.Http;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Gateway.Stripe;

static class StripeSetup
{
    /// <summary>A page of a hundred payments is some 300 KB; more than this is no answer of a gateway.</summary>
    const int LargestAnswer = 4 * 1024 * 1024;

    public static void AddStripe(this IServiceCollection services)
    {
        services.AddHttpClient<StripeTransport>(Configure).ConfigurePrimaryHttpMessageHandler(Sockets);
        services.AddSingleton<IPaymentGateway, StripeGateway>();
    }

    public static void Configure(IServiceProvider services, HttpClient http)
    {
        var options = services.GetRequiredService<IOptions<GatewayOptions>>().Value;
        http.BaseAddress = options.BaseAddress;
        http.Timeout = Timeout.InfiniteTimeSpan;        // each call has its own bound
        http.MaxResponseContentBufferSize = LargestAnswer;
        http.DefaultRequestHeaders.Add("Stripe-Version", options.StripeVersion);
        if (options.ApiKey is { Length: > 0 } key)
            http.DefaultRequestHeaders.Authorization = new("Bearer", key);
    }

    public static SocketsHttpHandler Sockets(IServiceProvider services)
    {
        var limit = services.GetRequiredService<IOptions<GatewayOptions>>().Value.ConnectTimeout;
        return new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 256,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AllowAutoRedirect = false,      // a gateway has no reason to send money's requests elsewhere
            ConnectCallback = BoundedConnect.Within(limit)
        };
    }
}
