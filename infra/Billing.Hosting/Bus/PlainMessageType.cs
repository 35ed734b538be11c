using System.Text;
using MassTransit;
using MassTransit.RabbitMqTransport;

namespace Billing.Hosting.Bus;

/// <summary>
/// Plain JSON does not say what it is, and MassTransit would hand it to every consumer of the queue: who cancels a month would start it as well.
/// It is what the exchange says that it was published to.
/// </summary>
static class PlainMessageType
{
    /// <summary>Written on a message when it is set aside.</summary>
    public const string OriginHeader = "Billing-Exchange";

    /// <summary>The exchange of a plain message on a queue of several types; null when the message names its types, or there is nothing to mistake.</summary>
    public static string? ExchangeOf(ConsumeContext context, IReadOnlyCollection<Type> types) =>
        types.Count > 1 && !context.SupportedMessageTypes.Any() && context.ReceiveContext.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery)
            ? OriginOf(delivery)
            : null;

    /// <summary>The exchange by which it came the first time: a message that was set aside and moved back comes straight to the queue.</summary>
    public static string OriginOf(RabbitMqBasicConsumeContext delivery) =>
        delivery.Exchange.Length > 0 || delivery.Properties.Headers?.TryGetValue(OriginHeader, out var origin) != true ? delivery.Exchange
            : origin is byte[] text ? Encoding.UTF8.GetString(text) : origin?.ToString() ?? "";

    public static string ExchangeOf(Type type) => $"{type.Namespace}:{type.Name}";
}

/// <summary>Passes a plain message by a consumer of another type.</summary>
sealed class OnlyItsOwnTypeFilter<T>(IReadOnlyCollection<Type> types) : IFilter<ConsumeContext<T>>
    where T : class
{
    public Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next) =>
        PlainMessageType.ExchangeOf(context, types) is { } exchange && exchange != PlainMessageType.ExchangeOf(typeof(T)) ? Task.CompletedTask
            : next.Send(context);

    public void Probe(ProbeContext context) => context.CreateFilterScope("only-its-own-type");
}

/// <summary>Refuses a plain message that came by no exchange of a type, such as one published straight to the queue.</summary>
sealed class NamelessFilter(IReadOnlyCollection<Type> types) : IFilter<ConsumeContext>
{
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next) =>
        PlainMessageType.ExchangeOf(context, types) is not { } exchange || types.Any(type => exchange == PlainMessageType.ExchangeOf(type))
            ? next.Send(context)
            : throw new CommandRejectedException("The message",
                [$"Exchange is \"{exchange}\"; expected the one of its type, because this queue takes several."]);

    public void Probe(ProbeContext context) => context.CreateFilterScope("nameless");
}
