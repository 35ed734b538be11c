using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Charging.Stripe;

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
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, limit, cancellationToken)
        };
    }

    /// <summary>
    /// A connection that is not open in time is a refusal like any other, told as such. The handler's own limit would be told like a lost answer,
    /// and what was never sent would have to be looked for.
    /// </summary>
    static async ValueTask<Stream> ConnectAsync(DnsEndPoint to, TimeSpan limit, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(limit);
        try
        {
            await socket.ConnectAsync(to, bound.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
