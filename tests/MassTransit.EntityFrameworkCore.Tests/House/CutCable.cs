using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Billing.Testing;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>A cable between hosts and broker that a test can cut. What was on its way is lost, as with a real one.</summary>
public sealed class CutCable : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    readonly CancellationTokenSource _end = new();
    readonly Task _accepting;

    public CutCable()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public ushort Port => (ushort)((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Cut()
    {
        foreach (var client in _open.Keys)
            client.Close();
    }

    async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                _ = CarryAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException)
            {
                return;
            }
        }
    }

    async Task CarryAsync(TcpClient near)
    {
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(TestVirtualHost.Host, TestVirtualHost.Port);
            _open[near] = _open[far] = true;
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), _end.Token), far.GetStream().CopyToAsync(near.GetStream(), _end.Token));
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // cut
        }
        finally
        {
            _open.TryRemove(near, out _);
            _open.TryRemove(far, out _);
            near.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        _end.Dispose();
        _listener.Dispose();
    }
}
