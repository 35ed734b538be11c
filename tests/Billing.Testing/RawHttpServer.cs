using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Billing.Testing;

/// <summary>
/// An HTTP server that is no more than a socket: it keeps each request as it came over the wire, and answers what the test says, broken as it may be.
/// </summary>
public sealed class RawHttpServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _end = new();
    readonly ConcurrentQueue<string> _requests = [];
    readonly Func<string, int, string?> _answer;
    readonly Task _serving;
    int _count;

    /// <param name="answer">To this request, the so-manieth from 1; null cuts the connection, and an empty text never answers.</param>
    public RawHttpServer(Func<string, int, string?> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>With lines that end in one character, and <c>HOST</c> in the place of this server's address.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public static string Json(int status, string body, string headers = "") =>
        $"HTTP/1.1 {status} Whatever\r\nContent-Type: application/json\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    /// <summary>Takes no new connections.</summary>
    public void HangUp() => _listener.Stop();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving;
        _end.Dispose();
    }

    async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            await Task.WhenAll(connections);
        }
    }

    async Task AnswerAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            while (await ReadAsync(stream) is { } raw)
            {
                var request = raw.Replace("\r\n", "\n", StringComparison.Ordinal).Replace(Address.Authority, "HOST", StringComparison.Ordinal);
                _requests.Enqueue(request);
                var answer = _answer(request, Interlocked.Increment(ref _count));
                if (answer is null)
                    return;
                if (answer.Length == 0)
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _end.Token);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), _end.Token);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or IOException)
        {
            // the client is gone, or the test is over
        }
    }

    async Task<string?> ReadAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, _end.Token) is > 0 and var read)
        {
            bytes.AddRange(buffer.AsSpan(0, read));
            if (IsWhole(Encoding.Latin1.GetString([.. bytes])))
                return Encoding.UTF8.GetString([.. bytes]);
        }

        return null;
    }

    /// <summary>One character for each byte.</summary>
    static bool IsWhole(string request)
    {
        const string Length = "Content-Length:";
        var head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0)
            return false;
        var line = request[..head].Split("\r\n").FirstOrDefault(line => line.StartsWith(Length, StringComparison.OrdinalIgnoreCase));
        return request.Length >= head + 4 + (line is null ? 0 : int.Parse(line[Length.Length..], System.Globalization.CultureInfo.InvariantCulture));
    }
}
