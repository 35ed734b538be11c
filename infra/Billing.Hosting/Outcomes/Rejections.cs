using Billing.Contracts.Outcomes.V1;
using Billing.Hosting.Bus;
using MassTransit;
using MassTransit.RabbitMqTransport;

namespace Billing.Hosting.Outcomes;

/// <summary>Tells the sender of a message that it was rejected, or failed, and in which queue it waits.</summary>
sealed class Rejections(IReadOnlyCollection<Type> contracts, ServiceName service, TimeProvider clock)
{
    /// <param name="context">The message, and what stopped it.</param>
    /// <param name="clean">Takes what is confidential out of a text.</param>
    public async Task TellAsync(ExceptionReceiveContext context, Func<string, string> clean)
    {
        if (OutcomeAddress.Of(context) is not { } address || contracts.Contains(typeof(CommandAnswered)))
            return;
        var rejection = RejectionIn(context.Exception);
        var answer = OutcomeSender.Answer(NameOf(context), rejection is null ? "failed" : "rejected", service, clock) with
        {
            Because = rejection is null ? clean(context.Exception.GetBaseException().Message) : null,
            Faults = rejection is null ? [] : [.. rejection.Reasons.Select(reason => OutcomeSender.FaultOf(clean(reason)))],
            WaitsIn = $"{context.InputAddress.AbsolutePath.TrimEnd('/').Split('/')[^1]}_error"
        };
        await OutcomeSender.TrySendAsync(context.SendEndpointProvider, answer, address, context);
    }

    static CommandRejectedException? RejectionIn(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            if (exception is CommandRejectedException rejection)
                return rejection;
        return null;
    }

    /// <summary>The exchange is named after the type; what came straight to the queue is what the queue takes.</summary>
    string NameOf(ReceiveContext context) =>
        context.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery)
            && PlainMessageType.OriginOf(delivery) is var exchange && exchange.Contains(':', StringComparison.Ordinal) ? exchange
        : contracts.Count == 1 ? $"{contracts.First().Namespace}:{contracts.First().Name}"
        : "";
}
