using Billing.Hosting.Texts;
using MassTransit;

namespace Billing.MonthClose.Books.Auditing;

/// <summary>Where the work of the moment comes from: the sender of the message that is being consumed, and the message's ids.</summary>
public sealed record Origin(string Who, Guid? MessageId, Guid? CorrelationId)
{
    public const int LongestWho = 400;

    /// <summary>A header in which a program that sends for others may say for whom.</summary>
    public const string SenderHeader = "Billing-Sender";

    const string Service = "month-close";

    static readonly AsyncLocal<Origin?> Ambient = new();

    /// <summary>Of the message being consumed, also in a scope that a step opened for itself.</summary>
    public static Origin Current => Ambient.Value ?? new(Service, null, null);

    /// <summary>Marks work that no message asked for, such as a timer's.</summary>
    public static void IsStep(string step) => Ambient.Value = new($"{Service}: {step}", null, null);

    internal static void IsMessage(ConsumeContext context) =>
        Ambient.Value = new(SenderOf(context).ShortenedTo(LongestWho), context.MessageId, context.CorrelationId ?? context.ConversationId);

    /// <summary>Who sent it, by what the sender himself said; what the broker and the envelope know is added, for a name can be claimed.</summary>
    public string Named(string? requestedBy) => string.IsNullOrWhiteSpace(requestedBy) ? Who : $"{requestedBy}, through {Who}".ShortenedTo(LongestWho);

    static string SenderOf(ConsumeContext context)
    {
        var queue = QueueOf(context);
        // What only this service says to itself is an act of its own.
        if (context.SupportedMessageTypes.Any(type => type.StartsWith("urn:message:Billing.MonthClose.", StringComparison.Ordinal)))
            return $"{Service}: {(queue.StartsWith(Service + "-", StringComparison.Ordinal) ? queue[(Service.Length + 1)..] : queue)} step";
        if ((context.Headers.Get<string>(SenderHeader) ?? TransportHeader(context)) is { Length: > 0 } named)
            return named;
        return context.Host is { ProcessName: { Length: > 0 } process } host
            ? $"{process} on {host.MachineName ?? "an unknown machine"} (process {host.ProcessId})"
            : $"plain message by queue {queue}";
    }

    static string? TransportHeader(ConsumeContext context) =>
        context.ReceiveContext.TransportHeaders.TryGetHeader(SenderHeader, out var value) ? value?.ToString() : null;

    static string QueueOf(ConsumeContext context) => context.ReceiveContext.InputAddress.AbsolutePath.TrimEnd('/').Split('/')[^1];
}

/// <summary>Remembers where a message comes from while it is consumed.</summary>
sealed class OriginFilter : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        Origin.IsMessage(context);      // flows into everything that is awaited from here, and ends with this method
        await next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("origin");
}
