using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Billing.Limits;
using Billing.MonthClose.Charging;
using Billing.MonthClose.Charging.Stripe;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace Billing.MonthClose.Tests.Charging.Stripe;

/// <summary>A gateway that is no more than a socket: it keeps each request as it came over the wire, and answers what the test says.</summary>
sealed class RawGateway : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _end = new();
    readonly ConcurrentQueue<string> _requests = [];
    readonly ConcurrentQueue<string?> _answers;
    readonly Task _serving;
    readonly ServiceProvider _services;

    /// <param name="answers">What is answered, in order, and the last again; null cuts the connection, and an empty text never answers.</param>
    public RawGateway(params string?[] answers)
        : this(new Dictionary<string, string?>(), answers)
    {
    }

    public RawGateway(Dictionary<string, string?> settings, params string?[] answers)
    {
        _answers = new(answers);
        _listener.Start();
        _serving = ServeAsync();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:BaseAddress"] = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/",
            ["Gateway:ApiKey"] = "sk_test_abc",
            ["Gateway:Timeout"] = "00:00:20",
            ["Gateway:Pause"] = "00:00:00.010",
            ["Gateway:LongestPause"] = "00:00:00.050"
        }).AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(TimeProvider.System);
        services.AddOptions<GatewayOptions>().Bind(configuration.GetSection(GatewayOptions.Section));
        services.AddSingleton<ISharedPermits, NoLimits>().AddSingleton<GatewayTurns>().AddSingleton<IHostApplicationLifetime, ApplicationLifetime>();
        services.AddStripe();
        _services = services.BuildServiceProvider();
        Adapter = _services.GetRequiredService<IPaymentGateway>();
    }

    public IPaymentGateway Adapter { get; }

    /// <summary>As they came, with <c>HOST</c> in the place of this socket's address.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public void HangUp() => _listener.Stop();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving;
        await _services.DisposeAsync();
        _end.Dispose();
    }

    public static string Json(int status, string body, string headers = "") =>
        $"HTTP/1.1 {status} Whatever\r\nContent-Type: application/json\r\nRequest-Id: req_1\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

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
            while (await ReadAsync(stream) is { } request)
            {
                _requests.Enqueue(request.Replace($"127.0.0.1:{((IPEndPoint)client.Client.LocalEndPoint!).Port}", "HOST"));
                var answer = _answers.Count > 1 && _answers.TryDequeue(out var next) ? next : _answers.TryPeek(out var last) ? last : null;
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
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, _end.Token);
            if (read == 0)
                return null;
            bytes.AddRange(buffer.AsSpan(0, read));
            var text = Encoding.UTF8.GetString([.. bytes]);
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head < 0)
                continue;
            var length = text[..head].Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } line ? int.Parse(line[15..]) : 0;
            if (text.Length >= head + 4 + length)
                return text.Replace("\r\n", "\n", StringComparison.Ordinal);
        }
    }
}
