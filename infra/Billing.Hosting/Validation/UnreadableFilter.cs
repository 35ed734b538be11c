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
            && exception is not CommandRejectedException && Sentence(json, messages, context.ReceiveContext.Body.GetBytes()) is { } reason)
        {
            throw new CommandRejectedException(messages.Count == 1 ? messages.First().Name : "The message", [reason]);
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("unreadable");

    // only what comes straight from reading the message: a consumer that reads JSON of its own has other faults
    static JsonException? FindJsonException(Exception exception) =>
        exception as JsonException ?? (exception is System.Runtime.Serialization.SerializationException ? exception.InnerException as JsonException : null);

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
