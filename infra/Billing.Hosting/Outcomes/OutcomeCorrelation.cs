using Billing.Contracts.Outcomes.V1;
using MassTransit;

namespace Billing.Hosting.Outcomes;

/// <summary>
/// Gives an outcome the correlation id of AMQP as the sender wrote it, and a command the queue in which its sender waits for the outcome. MassTransit knows
/// GUIDs alone, and an outbox row keeps no other; so the words travel in a header until the message leaves.
/// </summary>
sealed class OutcomeCorrelation : ISendObserver
{
    public const string Header = "Billing-Outcome-Of";

    public Task PreSend<T>(SendContext<T> context)
        where T : class
    {
        if (!context.TryGetPayload<RabbitMqSendContext>(out var send))
            return Task.CompletedTask;
        if (context.CorrelationId is null && context.Headers.Get<string>(Header) is { } correlationId)
            send.BasicProperties.CorrelationId = correlationId;
        // plain JSON takes over the headers of what is answered
        if (typeof(T) != typeof(CommandAnswered) && context.Headers.Get<string>(OutcomeRequest.Header) is { } queue)
            send.BasicProperties.ReplyTo = queue;
        return Task.CompletedTask;
    }

    public Task PostSend<T>(SendContext<T> context)
        where T : class => Task.CompletedTask;

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;
}
