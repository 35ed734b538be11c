using Billing.Hosting.Faults;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using Billing.Sealing;
using MassTransit;
using MassTransit.Context;
using MassTransit.Events;
using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using MassTransit.Serialization;

namespace Billing.Hosting.Bus;

/// <summary>
/// What an endpoint sets aside lies where people look: in its error queue, and in its queue of what nobody wanted. Its marked members lie there sealed, whoever
/// sent them in clear, and the reason shows none of them. Moved back, it is opened like any other.
/// </summary>
static class SealedParking
{
    /// <param name="endpoint">Its error and dead-letter pipes are replaced by the usual ones behind the sealing.</param>
    /// <param name="contracts">What it consumes; filled while it is configured.</param>
    /// <param name="sealer">Without a key, the body stays as it came; the reason is cleaned all the same.</param>
    /// <param name="rejections">Tells the sender, where one wants to know.</param>
    /// <param name="herald">Tells everybody, when it is the first of its cause.</param>
    public static void SealWhatIsSetAside(
        this IReceiveEndpointConfigurator endpoint, IReadOnlyCollection<Type> contracts, Sealer sealer, Rejections rejections, FaultHerald herald)
    {
        endpoint.ConfigureError(pipe =>
        {
            pipe.UseFilter(new ErrorFilter(contracts, sealer, rejections, herald));
            pipe.UseFilter(new GenerateFaultFilter());
            pipe.UseFilter(new ErrorTransportFilter());
        });
        endpoint.ConfigureDeadLetter(pipe =>
        {
            pipe.UseFilter(new DeadLetterFilter(contracts, sealer));
            pipe.UseFilter(new DeadLetterTransportFilter());
        });
    }

    static MessageBody Sealed(MessageBody body, IReadOnlyCollection<Type> contracts, Sealer sealer)
    {
        var clear = body.GetBytes();
        var bytes = SealedJson.SealReceived(clear, contracts, sealer);
        return ReferenceEquals(clear, bytes) ? body : new BytesMessageBody(bytes);
    }

    sealed class ErrorFilter(IReadOnlyCollection<Type> contracts, Sealer sealer, Rejections rejections, FaultHerald herald)
        : IFilter<ExceptionReceiveContext>
    {
        public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
        {
            var confidential = SealedJson.TextsIn(context.Body.GetBytes(), contracts, sealer);
            var error = new SealedError(context, Sealed(context.Body, contracts, sealer), confidential);
            await next.Send(error);
            herald.Saw(error.InputAddress, error.ExceptionHeaders);
            await rejections.TellAsync(context, text => SealedJson.Cleaned(text, confidential));        // it lies in its queue by now
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("sealed-parking");
    }

    sealed class DeadLetterFilter(IReadOnlyCollection<Type> contracts, Sealer sealer) : IFilter<ReceiveContext>
    {
        public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) =>
            next.Send(new SealedLetter(context, Sealed(context.Body, contracts, sealer)));

        public void Probe(ProbeContext context) => context.CreateFilterScope("sealed-parking");
    }

    class SealedLetter(ReceiveContext context, MessageBody body) : ReceiveContextProxy(context), ReceiveContext
    {
        public new MessageBody Body => body;
    }

    sealed class SealedError(ExceptionReceiveContext context, MessageBody body, IReadOnlyCollection<string> confidential)
        : SealedLetter(context, body), ExceptionReceiveContext
    {
        public Exception Exception { get; } = CleanedException.Of(context.Exception, confidential);
        public DateTime ExceptionTimestamp => context.ExceptionTimestamp;
        public ExceptionInfo ExceptionInfo => new FaultExceptionInfo(Exception);

        /// <summary>MassTransit has made them of the exception as it was, and they take the place of those that it makes of this one.</summary>
        public SendHeaders ExceptionHeaders
        {
            get
            {
                var cleaned = new DictionarySendHeaders();
                foreach (var (name, value) in context.ExceptionHeaders.GetAll())
                    cleaned.Set(name, value is string text ? SealedJson.Cleaned(text, confidential) : value);
                if (context.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery) && PlainMessageType.OriginOf(delivery) is { Length: > 0 } origin)
                    cleaned.Set(PlainMessageType.OriginHeader, origin);
                return cleaned;
            }
        }
    }
}
