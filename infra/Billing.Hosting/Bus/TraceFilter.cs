using System.Diagnostics;
using Billing.Hosting.Telemetry;
using MassTransit;
using MassTransit.Logging;

namespace Billing.Hosting.Bus;

/// <summary>
/// Goes on with the trace of a message that comes from outside with W3C's <c>traceparent</c>; the library knows its own header only, which our own messages
/// have. And notes where each message stands in its trace, for whoever takes the work up later.
/// </summary>
sealed class TraceFilter : IFilter<ConsumeContext>
{
    const string TraceParent = "traceparent", TraceState = "tracestate";

    static readonly ActivitySource Source = new("Billing.Bus");

    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        using var activity = Continued(context.ReceiveContext.TransportHeaders);
        if (Traces.Here is { } here)
            context.GetOrAddPayload(() => new ReceivedTrace(here));
        await next.Send(context);
    }

    /// <summary>The reception itself began before anybody could read the header; it is linked.</summary>
    static Activity? Continued(Headers headers)
    {
        if (headers.TryGetHeader(DiagnosticHeaders.ActivityId, out _) || !headers.TryGetHeader(TraceParent, out var told)
            || !ActivityContext.TryParse(told.ToString(), headers.Get<string>(TraceState), isRemote: true, out var parent))
            return null;
        var received = Activity.Current;
        return Source.StartActivity(received?.OperationName ?? "receive", ActivityKind.Consumer, parent,
            links: received is null ? null : [new ActivityLink(received.Context)]);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("trace");
}

/// <summary>Where a message stands in its trace. Of the messages of a batch each has its own.</summary>
/// <param name="Parent">See <see cref="Traces.Here"/>.</param>
public sealed record ReceivedTrace(string Parent)
{
    /// <summary>Null where there is no trace.</summary>
    public static string? Of(ConsumeContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.TryGetPayload<ReceivedTrace>(out var received) ? received.Parent : null;
    }
}
