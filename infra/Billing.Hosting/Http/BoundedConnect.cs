using System.Net;
using System.Net.Sockets;

namespace Billing.Hosting.Http;

/// <summary>
/// Opens connections within a time of their own. One that is not open in time is a refusal like any other, told as such: nothing was sent, so nothing
/// is in doubt. The handler's own limit would be told like a lost answer, and what was never sent would have to be looked for.
/// </summary>
public static class BoundedConnect
{
    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="SocketException">It is not open within the limit, or cannot be opened.</exception>
    public static Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> Within(TimeSpan limit) =>
        (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, limit, cancellationToken);

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
