using System.Net;
using Billing.Testing;

namespace Billing.Notification.Tests.Outlets.Twilio;

/// <summary>What came over the wire, with <c>HOST</c> in the place of this socket's address.</summary>
sealed record SmsRequest(string Raw)
{
    public IReadOnlyDictionary<string, string> Fields { get; } =
        Raw[(Raw.IndexOf("\n\n", StringComparison.Ordinal) + 2)..].Split('&').Select(field => field.Split('='))
            .ToDictionary(field => field[0], field => WebUtility.UrlDecode(field[1]));
}

/// <summary>A gateway for SMS that is no more than a socket.</summary>
sealed class SmsGateway : IAsyncDisposable
{
    public const string Account = "AC00000000000000000000000000000001";
    public const string Taken = """{"sid":"SM1","status":"queued","error_code":null,"error_message":null}""";

    readonly RawHttpServer _server;

    /// <param name="answer">To this request, the so-manieth from 1; null cuts the connection, and an empty text never answers.</param>
    public SmsGateway(Func<SmsRequest, int, string?>? answer = null) =>
        _server = new RawHttpServer((request, count) => answer is null ? Json(201, Taken) : answer(new SmsRequest(request), count));

    public IReadOnlyList<SmsRequest> Requests => [.. _server.Requests.Select(request => new SmsRequest(request))];

    /// <summary>Settings that make the service send here.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("Twilio:BaseAddress", $"{_server.Address}"), ("Twilio:AccountSid", Account), ("Twilio:AuthToken", "12345"), ("Twilio:From", "+15005550006"),
        ("Twilio:PublicAddress", "https://billing.example.com/"), ("Twilio:Timeout", "00:00:02")
    ];

    public static string Json(int status, string body, string headers = "") => RawHttpServer.Json(status, body, headers);

    public static string Error(int status, int code, string message, string headers = "") =>
        Json(status, $$"""{"code":{{code}},"message":"{{message}}","status":{{status}}}""", headers);

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();
}
