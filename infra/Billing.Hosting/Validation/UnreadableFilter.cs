using System.Text.Json;
using System.Text.RegularExpressions;
using Billing.Hosting.Texts;
using MassTransit;

namespace Billing.Hosting.Validation;

/// <summary>Turns the deserializer's complaint about one value into a rejection that names the field and what was expected.</summary>
sealed partial class UnreadableFilter(IReadOnlyCollection<Type> messages) : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (Exception exception) when (FindJsonException(exception) is { Path.Length: > 2 } json && exception is not CommandRejectedException)
        {
            var name = messages.Count == 1 ? messages.First().Name : "The message";
            throw new CommandRejectedException(name, [Sentence(json, context.ReceiveContext.Body.GetBytes())]);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("unreadable");

    // only what comes straight from reading the message: a consumer that reads JSON of its own has other faults
    static JsonException? FindJsonException(Exception exception) =>
        exception as JsonException ?? (exception is System.Runtime.Serialization.SerializationException ? exception.InnerException as JsonException : null);

    static string Sentence(JsonException exception, byte[] body)
    {
        var path = exception.Path!.StartsWith("$.", StringComparison.Ordinal) ? exception.Path[2..] : exception.Path;
        return $"{path} is {ValueAt(path, body)}; expected {Expected(exception.Message)}.";
    }

    static string ValueAt(string path, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var value = document.RootElement;
            // an envelope carries the body one level down
            if (value.TryGetProperty("messageType", out _) && value.TryGetProperty("message", out var message))
                value = message;
            foreach (var step in Step().Matches(path).Select(match => match.Value))
                value = int.TryParse(step, out var index) ? value[index] : value.GetProperty(step);
            return value.GetRawText().ShortenedTo(80);
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            return "unreadable";
        }
    }

    static string Expected(string message) => Target().Match(message).Groups["type"].Value switch
    {
        "System.Int32" or "System.Int64" or "System.Int16" => "a whole number",
        "System.Decimal" => "a number of at most 28 digits with a point and without thousands marks, such as 1234.56",
        "System.Double" => "a number",
        "System.Boolean" => "true or false",
        "System.String" => "a text",
        "System.Guid" => "an id such as 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "System.DateOnly" => "a day such as 2026-10-31",
        "System.DateTimeOffset" => "an instant with its offset, such as 2026-10-31T23:30:00Z or 2026-11-01T00:30:00+01:00",
        var type when type.EndsWith("[]", StringComparison.Ordinal) => "a list",
        _ => "another kind of value",
    };

    [GeneratedRegex(@"[^.\[\]']+")]
    private static partial Regex Step();

    [GeneratedRegex(@"converted to (?:System\.Nullable`1\[)?(?<type>\w+(?:\.\w+)*(?:\[\])?)")]
    private static partial Regex Target();
}
