using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Billing.Notification.Tests.Sending.Twilio;

/// <summary>What came over the wire, with <c>HOST</c> in the place of this socket's address.</summary>
sealed record SmsRequest(string Raw)
{
    public IReadOnlyDictionary<string, string> Fields { get; } =
        Raw[(Raw.IndexOf("\n\n", StringComparison.Ordinal) + 2)..].Split('&').Select(field => field.Split('=')).ToDictionary(field => field[0], field => WebUtility.UrlDecode(field[1]));
}

/// <summary>A gateway that is no more than a socket: it keeps each request as it came, and answers what the test says.</summary>
sealed class SmsGateway : IAsyncDisposable
{
    public const string Account = "AC00000000000000000000000000000001";
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _end = new();
    readonly ConcurrentQueue<SmsRequest> _requests = [];
    readonly Func<SmsRequest, int, string?> _answer;
    readonly Task _serving;
    int _count;

    /// <param name="answer">To this request, the so-manieth from 1; null cuts the connection, and an empty text never answers.</param>
    public SmsGateway(Func<SmsRequest, int, string?>? answer = null)
    {
        _answer = answer ?? ((_, _) => Json(201, Taken));
        _listener.Start();
        _serving = ServeAsync();
    }

    public const string Taken = """{"sid":"SM1","status":"queued","error_code":null,"error_message":null}""";

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public IReadOnlyList<SmsRequest> Requests => [.. _requests];

    /// <summary>Settings that make the service send here.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("Twilio:BaseAddress", $"{Address}"), ("Twilio:AccountSid", Account), ("Twilio:AuthToken", "12345"), ("Twilio:From", "+15005550006"),
        ("Twilio:PublicAddress", "https://billing.example.com/"), ("Twilio:Timeout", "00:00:02")
    ];

    public static string Json(int status, string body, string headers = "") =>
        $"HTTP/1.1 {status} Whatever\r\nContent-Type: application/json\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    public static string Error(int status, int code, string message, string headers = "") => Json(status, $$"""{"code":{{code}},"message":"{{message}}","status":{{status}}}""", headers);

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
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
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
                var request = new SmsRequest(raw.Replace($"127.0.0.1:{((IPEndPoint)client.Client.LocalEndPoint!).Port}", "HOST", StringComparison.Ordinal));
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
        }
    }

    async Task<string?> ReadAsync(NetworkStream stream)
    {
        var text = "";
        var buffer = new byte[4096];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, _end.Token);
            if (read == 0)
                return null;
            text += Encoding.ASCII.GetString(buffer, 0, read);
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head < 0)
                continue;
            var length = text[..head].Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } line ? int.Parse(line[15..]) : 0;
            if (text.Length >= head + 4 + length)
                return text.Replace("\r\n", "\n", StringComparison.Ordinal);
        }
    }
}
