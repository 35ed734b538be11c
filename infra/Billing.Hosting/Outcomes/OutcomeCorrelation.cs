using MassTransit;

namespace Billing.Hosting.Outcomes;

/// <summary>
/// Gives an outcome the correlation id of AMQP as the sender wrote it. MassTransit knows GUIDs alone, and an outbox row keeps no other; so the words travel
/// in a header until the message leaves.
/// </summary>
sealed class OutcomeCorrelation : ISendObserver
{
    public const string Header = "Billing-Outcome-Of";

    public Task PreSend<T>(SendContext<T> context)
        where T : class
    {
        if (context.CorrelationId is null && context.TryGetPayload<RabbitMqSendContext>(out var send)
            && context.Headers.Get<string>(Header) is { } correlationId)
            send.BasicProperties.CorrelationId = correlationId;
        return Task.CompletedTask;
    }

    public Task PostSend<T>(SendContext<T> context)
        where T : class => Task.CompletedTask;

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;
}
