using Billing.Hosting.Http;
using Billing.Notification.Delivering;
using Billing.Notification.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Outlets.Twilio;

static class TwilioSetup
{
    /// <summary>Bytes of an answer; Twilio's have a thousand.</summary>
    const int LargestAnswer = 256 * 1024;

    public static void AddTwilio(this IServiceCollection services)
    {
        services.AddHttpClient(TwilioOptions.Section, Configure).ConfigurePrimaryHttpMessageHandler(Sockets).RemoveAllLoggers()
            .AddHttpMessageHandler(provider => new ToBaseAddress(provider.GetRequiredService<IOptions<TwilioOptions>>().Value.BaseAddress));
        services.TryAddKeyedSingleton<IOutlet>(Channel.Sms, (provider, _) => provider.GetRequiredService<IOptions<TwilioOptions>>().Value.IsSet
            ? ActivatorUtilities.CreateInstance<TwilioOutlet>(provider, provider.GetRequiredService<IHttpClientFactory>().CreateClient(TwilioOptions.Section))
            : ActivatorUtilities.CreateInstance<PickupFolder>(provider));
    }

    static void Configure(IServiceProvider services, HttpClient http)
    {
        http.Timeout = services.GetRequiredService<IOptions<TwilioOptions>>().Value.Timeout;
        http.MaxResponseContentBufferSize = LargestAnswer;
    }

    static SocketsHttpHandler Sockets(IServiceProvider services)
    {
        var limit = services.GetRequiredService<IOptions<TwilioOptions>>().Value.ConnectTimeout;
        return new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AllowAutoRedirect = false,      // the token goes nowhere else
            ConnectCallback = BoundedConnect.Within(limit)
        };
    }

    /// <summary>The library knows Twilio's own address only; a gateway that speaks as Twilio does has another.</summary>
    sealed class ToBaseAddress(Uri baseAddress) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(baseAddress, request.RequestUri!.PathAndQuery.TrimStart('/'));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
