using System.Net;
using System.Net.Sockets;

namespace Billing.Testing;

/// <summary>
/// A wire that a test can cut and mend: a port on loopback whose connections are passed on to a real server. Cutting
/// breaks what is connected and refuses what comes, as a server does that was stopped.
/// </summary>
public sealed class TcpCut : IAsyncDisposable
{
    readonly string _host;
    readonly int _port;
    readonly Lock _gate = new();
    readonly HashSet<Socket> _open = [];
    TcpListener? _listener;

    public TcpCut(string host, int port, bool cut = false)
    {
        (_host, _port) = (host, port);
        // bind once to find a free port, and keep to it ever after
        Listen(0);
        Port = ((IPEndPoint)_listener!.LocalEndpoint).Port;
        if (cut)
            Cut();
    }

    public static string Host => "127.0.0.1";

    public int Port { get; }

    /// <summary>Ends every connection and refuses new ones.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _listener?.Stop();
            _listener = null;
        }

        DropConnections();
    }

    /// <summary>Ends every connection; new ones are welcome.</summary>
    public void DropConnections()
    {
        Socket[] open;
        lock (_gate)
        {
            open = [.. _open];
            _open.Clear();
        }

        foreach (var socket in open)
            Reset(socket);
    }

    /// <summary>Lets connections through again.</summary>
    public void Mend()
    {
        lock (_gate)
            if (_listener is null)
                Listen(Port);
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        return ValueTask.CompletedTask;
    }

    void Listen(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = false };
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
                _ = PassOnAsync(await listener.AcceptSocketAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // the listener was stopped
        }
    }

    async Task PassOnAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_gate)
        {
            _open.Add(client);
            _open.Add(server);
        }

        try
        {
            await server.ConnectAsync(_host, _port);
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // one side is gone, and the other learns it now
        }
        finally
        {
            lock (_gate)
            {
                _open.Remove(client);
                _open.Remove(server);
            }

            Reset(client);
            Reset(server);
        }
    }

    static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
                await SendAllAsync(to, buffer.AsMemory(0, count));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // cut
        }
    }

    static async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await to.SendAsync(bytes)..];
    }

    static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // closed already
        }

        socket.Dispose();
    }
}
