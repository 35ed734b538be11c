using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Billing.Notification.Delivering;
using Words = Billing.Hosting.Logging.Masked;

namespace Billing.Notification.Outlets.Twilio;

/// <summary>What Twilio says of a message, or why there is none. The status is a word for a message, and a number for an error.</summary>
sealed record TwilioMessage(
    JsonElement Status, [property: JsonPropertyName("error_code")] int? ErrorCode, [property: JsonPropertyName("error_message")] string? ErrorMessage,
        int? Code, string? Message)
{
    public bool HasFailed => Status.ValueKind == JsonValueKind.String && Status.GetString() is ("failed" or "canceled");
}

/// <summary>
/// What Twilio's answers mean. The status of HTTP decides, since Twilio keeps adding error codes and asks not to build on them; the few codes here are those
/// of its 400s that are about us and not about the recipient (<c>twilio.com/docs/api/errors</c>).
/// </summary>
static class TwilioAnswers
{
    /// <summary>Longer than any pause that Twilio asks for; a slip there must not put a message off for a year.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Our account, number or credentials: it waits until somebody has put it right.</summary>
    static readonly HashSet<int> Ours =
    [
        20003, 20005, 20008,            // credentials, account not active, test credentials
        21212, 21603, 21606, 21659, 21660, 21661,       // the number in From: invalid, missing, unable, not ours
        21701, 21702, 21703, 21704, 21705,              // the messaging service: not there, or without numbers
        63038                           // the account's messages of today are used up
    ];

    /// <summary>Too fast, though not said with 429: the queue of our number is full.</summary>
    static readonly HashSet<int> Haste = [20429, 21611, 30001, 30022];

    public static ProviderReply Of(HttpStatusCode status, byte[] body, TimeSpan? retryAfter)
    {
        var said = Read(body);
        var words = said is { Code: { } code } ? Words.Text($"{code}: {said.Message}") : $"answered {(int)status}";
        return (int)status switch
        {
            >= 200 and < 300 when said is { HasFailed: true } =>
                new ProviderReply(ProviderAnswer.Rejected, Words.Text($"{said.ErrorCode}: {said.ErrorMessage ?? "failed at once"}")),
            >= 200 and < 300 => ProviderReply.Accepted,
            429 => new ProviderReply(ProviderAnswer.TooFast, words, Bounded(retryAfter)),
            503 => new ProviderReply(ProviderAnswer.Unavailable, words, Bounded(retryAfter)),
            // It may have been taken before something broke.
            >= 500 => new ProviderReply(ProviderAnswer.Lost, words),
            401 or 403 or 404 or 407 => new ProviderReply(ProviderAnswer.Unavailable, words),
            >= 400 when said?.Code is { } about && Haste.Contains(about) => new ProviderReply(ProviderAnswer.TooFast, words, Bounded(retryAfter)),
            >= 400 when said?.Code is { } about && Ours.Contains(about) => new ProviderReply(ProviderAnswer.Unavailable, words),
            >= 400 when said?.Code is not null => new ProviderReply(ProviderAnswer.Rejected, words),
            // A proxy's page, or a redirection: whoever answered was not Twilio.
            _ => new ProviderReply(ProviderAnswer.Unavailable, words)
        };
    }

    static TimeSpan? Bounded(TimeSpan? wait) =>
        wait is not { } asked ? null : asked < TimeSpan.Zero ? TimeSpan.Zero : asked > LongestWait ? LongestWait : asked;

    static TwilioMessage? Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<TwilioMessage>(body, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
