using MassTransit;
using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Billing.Hosting.Bus;

/// <summary>
/// MassTransit asks the broker for the queues, exchanges and bindings of an endpoint side by side, on one channel. RabbitMQ.Client up to 7.2.2 lets one call
/// through and has the others wait at a semaphore of the channel. When the connection breaks then, MassTransit disposes of the channel, and that semaphore lets
/// go of nobody, not even of one whose time is up. So the endpoint never became ready, and the bus never started. Here nobody waits in the client: the calls of
/// an endpoint go to its channel one after the other.
/// </summary>
public static class OneCallAtATime
{
    public static void AskOneAfterTheOther(this IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        endpoint.ConfigureChannel(channel => channel.UseFilter(new QueueingFilter()));
    }

    /// <summary>Before that of MassTransit which declares what the endpoint needs.</summary>
    sealed class QueueingFilter : IFilter<ChannelContext>
    {
        public Task Send(ChannelContext context, IPipe<ChannelContext> next) => next.Send(new QueueingChannel(context));

        public void Probe(ProbeContext context) => context.CreateFilterScope("one-call-at-a-time");
    }
}

/// <summary>A channel whose calls that the broker answers wait for each other here, where a wait ends when the channel does.</summary>
sealed class QueueingChannel(ChannelContext inner) : ProxyPipeContext(inner), ChannelContext
{
    readonly Lock _gate = new();
    Task _last = Task.CompletedTask;

    public IChannel Channel => inner.Channel;
    public ConnectionContext ConnectionContext => inner.ConnectionContext;

    public Task ExchangeDeclare(
        string exchange, string type, bool durable, bool autoDelete, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        AloneAsync(() => inner.ExchangeDeclare(exchange, type, durable, autoDelete, arguments, cancellationToken), cancellationToken);

    public Task ExchangeDeclarePassive(string exchange, CancellationToken cancellationToken) =>
        AloneAsync(() => inner.ExchangeDeclarePassive(exchange, cancellationToken), cancellationToken);

    public Task ExchangeBind(
        string destination, string source, string routingKey, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        AloneAsync(() => inner.ExchangeBind(destination, source, routingKey, arguments, cancellationToken), cancellationToken);

    public Task<QueueDeclareOk> QueueDeclare(
        string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        AloneAsync(() => inner.QueueDeclare(queue, durable, exclusive, autoDelete, arguments, cancellationToken), cancellationToken);

    public Task<QueueDeclareOk> QueueDeclarePassive(string queue, CancellationToken cancellationToken) =>
        AloneAsync(() => inner.QueueDeclarePassive(queue, cancellationToken), cancellationToken);

    public Task QueueBind(
        string queue, string exchange, string routingKey, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        AloneAsync(() => inner.QueueBind(queue, exchange, routingKey, arguments, cancellationToken), cancellationToken);

    public Task<uint> QueuePurge(string queue, CancellationToken cancellationToken) =>
        AloneAsync(() => inner.QueuePurge(queue, cancellationToken), cancellationToken);

    public Task BasicQos(uint prefetchSize, ushort prefetchCount, bool global, CancellationToken cancellationToken) =>
        AloneAsync(() => inner.BasicQos(prefetchSize, prefetchCount, global, cancellationToken), cancellationToken);

    public Task<string> BasicConsume(
        string queue, bool noAck, bool exclusive, IDictionary<string, object> arguments, IAsyncBasicConsumer consumer, string consumerTag,
        CancellationToken cancellationToken) =>
        AloneAsync(() => inner.BasicConsume(queue, noAck, exclusive, arguments, consumer, consumerTag, cancellationToken), cancellationToken);

    public Task BasicCancel(string consumerTag, CancellationToken cancellationToken) =>
        AloneAsync(() => inner.BasicCancel(consumerTag, cancellationToken), cancellationToken);

    // the broker does not answer these, or not in the order of the calls
    public Task BasicPublishAsync(
        string exchange, string routingKey, bool mandatory, BasicProperties basicProperties, byte[] body, bool awaitAck,
        CancellationToken cancellationToken) =>
        inner.BasicPublishAsync(exchange, routingKey, mandatory, basicProperties, body, awaitAck, cancellationToken);

    public ValueTask BasicAck(ulong deliveryTag, bool multiple, CancellationToken cancellationToken) =>
        inner.BasicAck(deliveryTag, multiple, cancellationToken);

    public Task BasicNack(ulong deliveryTag, bool multiple, bool requeue, CancellationToken cancellationToken) =>
        inner.BasicNack(deliveryTag, multiple, requeue, cancellationToken);

    public void NotifyFaulted(Exception exception, Uri inputAddress) => inner.NotifyFaulted(exception, inputAddress);

    Task<bool> AloneAsync(Func<Task> call, CancellationToken cancellationToken) => AloneAsync(async () =>
    {
        await call();
        return true;
    }, cancellationToken);

    /// <summary>Whoever gives up keeps its place, so that the next one does not come too early.</summary>
    async Task<T> AloneAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_gate)
            (before, _last) = (_last, ended.Task);
        try
        {
            await before.WaitAsync(cancellationToken);
            return await call();
        }
        finally
        {
            _ = before.ContinueWith(_ => ended.SetResult(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
