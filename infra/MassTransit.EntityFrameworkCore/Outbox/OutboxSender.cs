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
    /// The messages are of one transaction and leave in its order. Those behind one another that have the same destination do not wait for each other's
    /// acknowledgement; one for another destination waits for theirs, because both may end up in the same queue.
    /// </summary>
    public async Task<SendResult> SendAsync(IReadOnlyCollection<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        var result = new SendResult(messages.Count);
        var (open, closed) = (new HashSet<Uri?>(), new HashSet<Uri?>());
        foreach (var run in Runs(messages))
        {
            var destination = run[0].DestinationAddress;
            if (closed.Contains(destination))
                continue; // it would overtake what failed
            var endpoint = await FindAsync(destination, result).ConfigureAwait(false);
            if (endpoint is not null && await SendInOrderAsync(endpoint, run, open.Add(destination), result, cancellationToken).ConfigureAwait(false))
                continue;
            closed.Add(destination);
            if (result.TimedOut)
                break; // the broker is away, and to wait for it once is enough
        }

        return result;
    }

    /// <summary>The same under a lease of whoever wrote the messages: it is renewed after every pause, for as long as the sending takes.</summary>
    public async Task<SendResult> SendUnderLeaseAsync(IReadOnlyCollection<OutboxMessage> messages, TimeSpan pause, Func<Task> renew)
    {
        var sending = SendAsync(messages, CancellationToken.None);
        while (true)
        {
            // What it ended with is for the caller, who awaits it.
            await ((Task)sending).WaitAsync(pause, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (sending.IsCompleted)
                return await sending.ConfigureAwait(false);
            await renew().ConfigureAwait(false);
        }
    }

    static IEnumerable<List<OutboxMessage>> Runs(IReadOnlyCollection<OutboxMessage> messages)
    {
        var run = new List<OutboxMessage>(messages.Count);
        foreach (var message in messages)
        {
            if (run.Count > 0 && run[0].DestinationAddress != message.DestinationAddress)
            {
                yield return run;
                run = [];
            }

            run.Add(message);
        }

        if (run.Count > 0)
            yield return run;
    }

    /// <summary>The first one to a destination goes alone, because it may have to open the way.</summary>
    async Task<bool> SendInOrderAsync(ISendEndpoint endpoint, List<OutboxMessage> run, bool opens, SendResult result, CancellationToken cancellationToken)
    {
        if (opens && !await SendOneAsync(endpoint, run[0], result, cancellationToken).ConfigureAwait(false))
            return false;
        foreach (var window in run.Skip(opens ? 1 : 0).Chunk(limit))
        {
            var sent = await Task.WhenAll(window.Select(message => SendOneAsync(endpoint, message, result, cancellationToken))).ConfigureAwait(false);
            if (sent.Contains(false))
                return false;
        }

        return true;
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
            result.TimedOut |= exception is OperationCanceledException;
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

    /// <summary>A message was not acknowledged in time, or the process is stopping.</summary>
    public bool TimedOut { get; set; }

    public bool Complete => _acknowledged.Count == expected;

    public IReadOnlyList<OutboxMessage> Acknowledged => _acknowledged;

    public void Acknowledge(OutboxMessage message)
    {
        lock (_acknowledged)
            _acknowledged.Add(message);
    }
}
