using System.Reflection;
using System.Text.Json;
using Billing.Sealing;
using MassTransit;

namespace Billing.Hosting.Validation;

/// <summary>Turns the deserializer's complaint about one value into a rejection that names the field and what was expected.</summary>
sealed class UnreadableFilter(IReadOnlyCollection<Type> messages) : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (Exception exception) when (FindJsonException(exception) is { Path: not null } json
            && exception is not CommandRejectedException && Sentences(json, context.ReceiveContext.Body.GetBytes()) is { Count: > 0 } reasons)
        {
            throw new CommandRejectedException(messages.Count == 1 ? messages.First().Name : "The message", [.. reasons]);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("unreadable");

    // only what comes straight from reading the message: a consumer that reads JSON of its own has other faults
    static JsonException? FindJsonException(Exception exception) =>
        exception as JsonException ?? (exception is System.Runtime.Serialization.SerializationException ? exception.InnerException as JsonException : null);

    IReadOnlyList<string> Sentences(JsonException exception, byte[] body)
    {
        var missing = UnreadableJson.MissingMembers(exception);
        var below = exception.Path is "$" or null ? "" : exception.Path["$.".Length..] + ".";
        return missing.Count > 0 ? [.. missing.Select(name => $"{below}{name} is missing; expected {UnreadableJson.Expected(TypeOf(below + name), default)}.")]
            : Sentence(exception, messages, body) is { } sentence ? [sentence] : [];
    }

    /// <summary>The type of a member of the message itself; of one that lies deeper nothing is known.</summary>
    string TypeOf(string member) => messages
        .Select(message => message.GetProperty(member, BindingFlags.IgnoreCase | BindingFlags.Instance | BindingFlags.Public))
        .FirstOrDefault(property => property is not null)?.PropertyType.FullName ?? "";

    static string? Sentence(JsonException exception, IReadOnlyCollection<Type> messages, byte[] body)
    {
        var path = exception.Path!.StartsWith("$.", StringComparison.Ordinal) ? exception.Path[2..] : exception.Path;
        try
        {
            using var document = JsonDocument.Parse(body);
            var told = document.RootElement;
            // an envelope carries the body one level down
            if (told.TryGetProperty("messageType", out _) && told.TryGetProperty("message", out var message))
                told = message;
            if (told.ValueKind != JsonValueKind.Object)
                return (UnreadableJson.Describe("message", told, "an object") with { MayBeShown = !IsConfidential("") }).ToString();
            if (path == "$")
                return null;        // not ours: something that the consumer reads
            var value = UnreadableJson.ValueAt(path, told);
            return (UnreadableJson.Describe(path, value, UnreadableJson.Expected(exception, value)) with { MayBeShown = !IsConfidential(path) }).ToString();
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            return $"{path} is unreadable; expected {UnreadableJson.Expected(exception, default)}.";
        }

        bool IsConfidential(string at) => messages.Any(message => ConfidentialMembers.Of(message).IsConfidential(at));
    }
}
