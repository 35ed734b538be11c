using MassTransit;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Bus;

/// <summary>Every line logged under a message carries the ids that follow an account through all services.</summary>
sealed class LogScopeFilter<T>(ILogger log) : IFilter<ConsumeContext<T>>
    where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        var ids = new Dictionary<string, object>(4) { ["Message"] = typeof(T).Name };
        if (context.MessageId is { } message)
            ids["MessageId"] = message;
        if (context.ConversationId is { } conversation)
            ids["ConversationId"] = conversation;
        if (context.CorrelationId is { } correlation)
            ids["CorrelationId"] = correlation;
        using (log.BeginScope(ids))
            await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("log-scope");
}
