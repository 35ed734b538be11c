using System.Net;
using System.Net.Sockets;

namespace Billing.Testing;

/// <summary>
/// A wire that a test can cut and mend: a port on loopback whose connections are passed on to a real server. Cutting
/// breaks what is connected and refuses what comes, as a server does that was stopped.
/// </summary>
public sealed class TcpCut : IAsyncDisposable, IDisposable
{
    readonly string _host;
    readonly int _port;
    readonly Lock _gate = new();
    readonly HashSet<Socket> _open = [];

    /// <summary>
    /// Bound for as long as the wire is there, and never listening: the port stays ours while the wire is cut. Else another program could be given it,
    /// or a client that tries it be connected with itself.
    /// </summary>
    readonly Socket _seat = Bound(0);

    Socket? _listener;

    /// <summary>Ends when the wire carries again.</summary>
    volatile TaskCompletionSource? _silent;

    public TcpCut(string host, int port, bool cut = false)
    {
        (_host, _port) = (host, port);
        Port = ((IPEndPoint)_seat.LocalEndPoint!).Port;
        if (!cut)
            Mend();
    }

    public static string Host => "127.0.0.1";

    public int Port { get; }

    /// <summary>Connections that are open now.</summary>
    public int Connections
    {
        get
        {
            lock (_gate)
                return _open.Count / 2;
        }
    }

    /// <summary>How long each piece waits before it is passed on: a slow line.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Ends every connection and refuses new ones.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _listener?.Dispose();
            _listener = null;
        }

        DropConnections();
    }

    /// <summary>Ends every connection; new ones are welcome. Says how many sockets that were, none when there was nothing to break.</summary>
    public int DropConnections()
    {
        Socket[] open;
        lock (_gate)
        {
            open = [.. _open];
            _open.Clear();
        }

        foreach (var socket in open)
            Reset(socket);
        return open.Length;
    }

    /// <summary>Lets connections through again.</summary>
    public void Mend()
    {
        lock (_gate)
        {
            if (_listener is not null)
                return;
            _listener = Bound(Port);
            _listener.Listen();
            _ = AcceptAsync(_listener);
        }
    }

    /// <summary>
    /// Half-open: connections stay, new ones are welcome, and nothing is passed on in either direction until <see cref="Speak"/>. Nobody is told.
    /// </summary>
    public void FallSilent() => _silent ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was held back meanwhile is passed on.</summary>
    public void Speak()
    {
        var silent = _silent;
        _silent = null;
        silent?.SetResult();
    }

    public void Dispose()
    {
        Speak();
        Cut();
        _seat.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    static Socket Bound(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            try
            {
                _ = PassOnAsync(await listener.AcceptAsync(), listener);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // one client's trouble must not end the welcome of the others
                lock (_gate)
                    if (_listener != listener)
                        return;
            }
        }
    }

    async Task PassOnAsync(Socket client, Socket listener)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        lock (_gate)
        {
            _open.Add(client);
            _open.Add(server);
        }

        try
        {
            // let in just as the wire was cut
            if (Volatile.Read(ref _listener) != listener)
                return;
            client.NoDelay = true;
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

    async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                if (_silent is { } silent)
                    await silent.Task;
                if (Delay > TimeSpan.Zero)
                    await Task.Delay(Delay, TimeProvider.System);
                await SendAllAsync(to, buffer.AsMemory(0, count));
            }
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
