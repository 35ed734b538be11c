using System.Diagnostics.Metrics;
using Billing.Hosting.Http;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Stripe;

namespace Billing.MonthClose.Gateway.Stripe;

static class StripeSetup
{
    /// <summary>A page of a hundred payments is some 300 KB; more than this is no answer of a gateway.</summary>
    const int LargestAnswer = 4 * 1024 * 1024;

    public static void AddStripe(this IServiceCollection services)
    {
        services.AddHttpClient<StripeTransport>(http =>
        {
            http.Timeout = Timeout.InfiniteTimeSpan;        // each call has its own bound
            http.MaxResponseContentBufferSize = LargestAnswer;
        }).ConfigurePrimaryHttpMessageHandler(Sockets);
        services.TryAddSingleton<IPaymentGateway>(provider => new MeasuredGateway(      // a host may have put another one in its place
            ActivatorUtilities.CreateInstance<StripeGateway>(provider), provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Stripe's library over our sockets. It tries nothing again, and tells Stripe nothing about earlier calls.</summary>
    public static StripeClient Client(HttpClient http, GatewayOptions gateway) => new(new StripeClientOptions
    {
        ApiBase = gateway.BaseAddress!.AbsoluteUri.TrimEnd('/'),
        ApiKey = gateway.ApiKey is { Length: > 0 } key ? key : "none",     // the library sends nothing without one; a gateway on this machine asks for none
        HttpClient = new SystemNetHttpClient(http, maxNetworkRetries: 0, enableTelemetry: false)
    });

    static SocketsHttpHandler Sockets(IServiceProvider services)
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
