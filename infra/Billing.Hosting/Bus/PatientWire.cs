using System.Net;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace Billing.Hosting.Bus;

/// <summary>
/// A connection to the broker that dies in one place only: where it is read. RabbitMQ.Client up to 7.2.1 stops sending
/// when a write fails, and whoever waits behind it with a message then waits for ever, the client's own clean-up among
/// them (rabbitmq-dotnet-client 1930). Here a write on a dead wire vanishes, as bytes on their way do anyway; the reader
/// notices the end, every message without the broker's confirmation fails, and the bus connects again.
/// </summary>
sealed class PatientWire(AddressFamily family, Action ended) : ITcpClient
{
    /// <summary>Bytes of the socket's buffers, both ways: 64 KiB, as the client has them.</summary>
    const int Buffer = 64 * 1024;

    NetworkStream? _stream;

    public Socket Client { get; } = new(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = Buffer, SendBufferSize = Buffer };

    public bool Connected => Client.Connected;

    public TimeSpan ReceiveTimeout
    {
        get => TimeSpan.FromMilliseconds(Client.ReceiveTimeout);
        set => Client.ReceiveTimeout = (int)value.TotalMilliseconds;
    }

    public async Task ConnectAsync(IPAddress host, int port, CancellationToken cancellationToken = default)
    {
        await Client.ConnectAsync(host, port, cancellationToken);
        _stream = new ForgivingStream(Client, ended);
    }

    public NetworkStream GetStream() => _stream ?? throw new InvalidOperationException("The wire is not connected.");

    public void Close()
    {
        _stream?.Dispose();
        Client.Dispose();
    }

    public void Dispose() => Close();

    sealed class ForgivingStream(Socket socket, Action ended) : NetworkStream(socket, ownsSocket: false)
    {
        volatile bool _dead;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = 0;
            try
            {
                return read = await base.ReadAsync(buffer, cancellationToken);
            }
            finally
            {
                if (read == 0 && buffer.Length > 0)
                    ended();
            }
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_dead)
                return;
            try
            {
                await base.WriteAsync(buffer, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
            {
                _dead = true;
                Wake();
            }
        }

        /// <summary>The reader hears of it now, and not only after two heartbeats.</summary>
        void Wake()
        {
            try
            {
                Socket.Shutdown(SocketShutdown.Both);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // it is closed already
            }
        }
    }
}
