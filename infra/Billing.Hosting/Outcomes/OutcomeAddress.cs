using MassTransit;
using MassTransit.RabbitMqTransport;

namespace Billing.Hosting.Outcomes;

/// <summary>Who wants to know what became of a message: a queue, and the words by which its reader knows which message it was.</summary>
sealed record OutcomeAddress(string Queue, string? CorrelationId)
{
    const string Envelope = "application/vnd.masstransit+json";

    /// <summary>A client of MassTransit's own waits for messages of its own types there.</summary>
    const string DirectReply = "amq.rabbitmq.reply-to";

    /// <summary>
    /// The queue that the sender named; else <see cref="OutcomeQueue.Name"/> for a plain message, which is of a person or of a small program. What our services
    /// send each other by tens of thousands comes in envelopes, and is not answered.
    /// </summary>
    public static OutcomeAddress? Of(ReceiveContext context)
    {
        if (!context.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery))
            return null;
        var (properties, isPlain) = (delivery.Properties, context.ContentType?.MediaType != Envelope);
        return properties.ReplyTo is { Length: > 0 } queue && (isPlain || !queue.StartsWith(DirectReply, StringComparison.Ordinal))
            ? new(queue, properties.CorrelationId)
            : isPlain ? new(OutcomeQueue.Name, properties.CorrelationId) : null;
    }
}
