using Billing.Hosting.Logging;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Bus;

/// <summary>Every line logged under a message carries the ids that follow an account through all services.</summary>
sealed class LogScopeFilter<T>(ILogger log) : IFilter<ConsumeContext<T>>
    where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        var ids = LogIds.Of(context.MessageId, context.ConversationId, context.CorrelationId);
        ids["Message"] = typeof(T).Name;
        Conversation.Flow(context.ConversationId);
        using (log.BeginScope(ids))
            await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("log-scope");
}
