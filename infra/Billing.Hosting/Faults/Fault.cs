using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using RabbitMQ.Client;

namespace Billing.Hosting.Faults;

/// <summary>One message that was set aside.</summary>
/// <param name="Cause">The same for all that failed in the same way in the same queue.</param>
/// <param name="Queue">Where it came from, and goes when it is replayed.</param>
/// <param name="Exception">What was thrown.</param>
/// <param name="Reason">Its message.</param>
/// <param name="At">When it was set aside.</param>
/// <param name="MessageId">Its own id; null for one without.</param>
/// <param name="Body">As it lies there.</param>
public sealed record Fault(string Cause, string Queue, string Exception, string Reason, DateTimeOffset? At, string? MessageId, string Body);

/// <summary>The messages of one cause.</summary>
public sealed record FaultCause(string Cause, string Queue, string Exception, string Reason, int Count, DateTimeOffset? First, DateTimeOffset? Last);

/// <summary>Reads what MassTransit wrote on a message when it set it aside.</summary>
static partial class FaultReader
{
    const string Prefix = "MT-Fault-";

    public static Fault Read(string queue, BasicGetResult got)
    {
        var headers = got.BasicProperties.Headers ?? new Dictionary<string, object?>();
        var (exception, reason) = (Text(headers, Prefix + "ExceptionType") ?? "unknown", Text(headers, Prefix + "Message") ?? "");
        return new Fault(CauseOf(queue, exception, reason), queue, exception, reason,
            DateTimeOffset.TryParse(Text(headers, Prefix + "Timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null,
            got.BasicProperties.MessageId, Encoding.UTF8.GetString(got.Body.Span));
    }

    /// <summary>Without what was written on it: as it was when it came the first time.</summary>
    public static BasicProperties Cleaned(IReadOnlyBasicProperties properties) => new(properties)
    {
        Headers = properties.Headers?
            .Where(header => !header.Key.StartsWith(Prefix, StringComparison.Ordinal) && header.Key is not "MT-Reason" and not "x-delivery-count")
            .ToDictionary(header => header.Key, header => header.Value)
    };

    /// <summary>Values differ from message to message; what was wrong with them does not.</summary>
    public static string CauseOf(string queue, string exception, string reason)
    {
        var same = Number().Replace(Quoted().Replace(reason, "…"), "#");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{queue}|{exception}|{same}")))[..8];
    }

    static string? Text(IDictionary<string, object?> headers, string name) =>
        !headers.TryGetValue(name, out var value) ? null : value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value?.ToString();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'")]
    private static partial Regex Quoted();

    [GeneratedRegex("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|-?[0-9][0-9.,]*")]
    private static partial Regex Number();
}
