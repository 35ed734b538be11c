using System.Net.Mime;
using MassTransit.Context;
using MassTransit.Logging;
using MassTransit.Middleware;
using MassTransit.Serialization;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Sends stored messages, many at a time, and says which the broker has acknowledged.</summary>
sealed class OutboxSender(ISendEndpointProvider endpoints, int limit, TimeSpan timeout, TimeProvider clock)
{
    /// <summary>
    /// The messages are of one transaction. To each destination they leave in their order: the first one alone, because it may have to
    /// open the way, the rest one behind the other without waiting for each other's acknowledgement.
    /// </summary>
    public async Task<SendResult> SendAsync(IReadOnlyCollection<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        var result = new SendResult(messages.Count);
        await Task.WhenAll(messages.GroupBy(message => message.DestinationAddress)
            .Select(group => SendInOrderAsync(group.Key, [.. group], result, cancellationToken))).ConfigureAwait(false);
        return result;
    }

    async Task SendInOrderAsync(Uri? destination, OutboxMessage[] messages, SendResult result, CancellationToken cancellationToken)
    {
        var endpoint = await FindAsync(destination, result).ConfigureAwait(false);
        if (endpoint is null || !await SendOneAsync(endpoint, messages[0], result, cancellationToken).ConfigureAwait(false))
            return;
        foreach (var window in messages.Skip(1).Chunk(limit))
        {
            var sent = await Task.WhenAll(window.Select(message => SendOneAsync(endpoint, message, result, cancellationToken))).ConfigureAwait(false);
            if (sent.Contains(false))
                return; // what follows would overtake what failed
        }
    }

    async Task<ISendEndpoint?> FindAsync(Uri? destination, SendResult result)
    {
        try
        {
            return await endpoints.GetSendEndpoint(destination ?? throw new MessageException(typeof(OutboxMessage), "An outbox message has no destination"))
                .ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            result.Failure ??= exception;
            return null;
        }
    }

    async Task<bool> SendOneAsync(ISendEndpoint endpoint, OutboxMessage message, SendResult result, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        var activity = LogContext.Current?.StartOutboxDeliverActivity(message);
        try
        {
            // the token alone is not always heard: a send that hangs on a dead connection is left behind, else its consumer would never end
            await endpoint.Send(new SerializedMessageBody(), new StoredMessagePipe(message, clock), patience.Token).WaitAsync(patience.Token)
                .ConfigureAwait(false);
            result.Acknowledge(message);
            return true;
        }
        catch (Exception exception)
        {
            activity?.AddExceptionEvent(exception);
            result.Failure ??= exception;
            return false;
        }
        finally
        {
            activity?.Stop();
        }
    }

    /// <summary>Gives the send context what was written down; the body goes out as it is, not parsed and written anew.</summary>
    sealed class StoredMessagePipe(OutboxMessage message, TimeProvider clock) : IPipe<SendContext>
    {
        public Task Send(SendContext context)
        {
            var contentType = new ContentType(message.ContentType);
            context.MessageId = message.MessageId;
            context.RequestId = message.RequestId;
            context.ConversationId = message.ConversationId;
            context.CorrelationId = message.CorrelationId;
            context.InitiatorId = message.InitiatorId;
            context.SourceAddress = message.SourceAddress;
            context.ResponseAddress = message.ResponseAddress;
            context.FaultAddress = message.FaultAddress;
            context.SupportedMessageTypes = message.MessageType.Split(';');
            if (message.ExpirationTime is { } expires)
                context.TimeToLive = TimeLeft(expires);

            foreach (var (key, value) in ((MessageContext)message).Headers.GetAll())
                context.Headers.Set(key, value);

            var properties = ((OutboxMessageContext)message).Properties;
            if (properties.Count > 0 && context is TransportSendContext transport)
                transport.ReadPropertiesFrom(properties);

            context.ContentType = contentType;
            context.Serializer = new CopyBodySerializer(contentType, new StringMessageBody(message.Body));
            return Task.CompletedTask;
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("storedMessage");

        // one that is too late still goes out, so that the broker can put it where late messages go
        TimeSpan TimeLeft(DateTime expires)
        {
            var left = expires - clock.GetUtcNow().UtcDateTime;
            return left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1);
        }
    }
}

sealed class SendResult(int expected)
{
    readonly List<OutboxMessage> _acknowledged = new(expected);

    public Exception? Failure { get; set; }

    public bool Complete => _acknowledged.Count == expected;

    public IReadOnlyList<OutboxMessage> Acknowledged => _acknowledged;

    public void Acknowledge(OutboxMessage message)
    {
        lock (_acknowledged)
            _acknowledged.Add(message);
    }
}
