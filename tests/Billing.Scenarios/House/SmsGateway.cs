using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using Billing.Testing;

namespace Billing.Scenarios.House;

/// <summary>Takes messages as Twilio does, and notes when each came.</summary>
sealed class SmsGateway : IAsyncDisposable
{
    public const string AccountSid = "AC0123456789abcdef0123456789abcdef";

    readonly HttpListener _listener = new();
    readonly ConcurrentQueue<Arrived> _taken = [];

    SmsGateway(int port)
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}/");
        _listener.Prefixes.Add($"{BaseAddress}");
    }

    public Uri BaseAddress { get; }
    public IReadOnlyList<Arrived> Taken => [.. _taken.OrderBy(x => x.At)];
    public int Count => _taken.Count;

    public static Task<SmsGateway> StartAsync()
    {
        var gateway = new SmsGateway(Checkout.FreePort());
        gateway._listener.Start();
        _ = Task.Run(gateway.ListenAsync);
        return Task.FromResult(gateway);
    }

    async Task ListenAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // the scenario is over
        }
    }

    async Task AnswerAsync(HttpListenerContext context)
    {
        using var reader = new StreamReader(context.Request.InputStream);
        var form = await reader.ReadToEndAsync();
        var workspace = form.Split('&').FirstOrDefault(field => field.StartsWith("Body=", StringComparison.Ordinal))?[5..] ?? "";
        _taken.Enqueue(new Arrived(WebUtility.UrlDecode(workspace), Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency));
        var answer = Encoding.UTF8.GetBytes($$"""{"sid":"SM{{Guid.NewGuid():N}}","status":"queued","error_code":null,"error_message":null}""");
        context.Response.StatusCode = 201;
        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(answer);
        context.Response.Close();
    }

    public ValueTask DisposeAsync()
    {
        _listener.Close();
        return ValueTask.CompletedTask;
    }
}
