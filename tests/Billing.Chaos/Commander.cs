using Billing.Testing;
using MassTransit;

namespace Billing.Chaos;

/// <summary>
/// Whoever sends commands: says each one until the broker has acknowledged it, as a caller must who means it. So one that was acknowledged just before the
/// broker died may be said twice, and none is lost before it arrived.
/// </summary>
sealed class Commander(IReadOnlyList<Uri> brokers, string virtualHost) : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>A broker that is started again, with time to spare.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    readonly SemaphoreSlim _one = new(1);
    IBusControl? _bus;
    int _next;

    public async Task SayAllAsync(IEnumerable<object> messages)
    {
        foreach (var some in messages.Chunk(20))
            await SayAsync(some);
    }

    public async Task SayAsync(params object[] messages)
    {
        await _one.WaitAsync();
        try
        {
            var left = messages.ToList();
            await Eventually.HoldsAsync(async () =>
            {
                left = await TryAsync(left);
                return left.Count == 0;
            }, "the broker takes a command", Limit);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <returns>Those that were not acknowledged.</returns>
    async Task<List<object>> TryAsync(IReadOnlyList<object> messages)
    {
        try
        {
            _bus ??= await StartAsync();
            var bus = _bus;
            var said = await Task.WhenAll(messages.Select(async message =>
            {
                try
                {
                    using var patience = new CancellationTokenSource(Patience);
                    await bus.Publish(message, patience.Token).WaitAsync(Patience);
                    return null;
                }
                catch (Exception exception) when (exception is not OutOfMemoryException)
                {
                    return message;     // why matters little: it was not acknowledged
                }
            }));
            var left = said.OfType<object>().ToList();
            if (left.Count > 0)
                await EndAsync();
            return left;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            await EndAsync();
            return [.. messages];
        }
    }

    async Task<IBusControl> StartAsync()
    {
        var user = brokers[0].UserInfo.Split(':');
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(brokers[0].Host, (ushort)brokers[0].Port, virtualHost, host =>
        {
            if (brokers.Count > 1)
                host.UseCluster(cluster =>
                {
                    // a bus begins with the first, and this one may be new because that is dead
                    foreach (var broker in brokers.Skip(_next % brokers.Count).Concat(brokers.Take(_next % brokers.Count)))
                        cluster.Node($"{broker.Host}:{broker.Port}");
                });
            host.Username(Uri.UnescapeDataString(user[0]));
            host.Password(Uri.UnescapeDataString(user[1]));
        }));
        _next++;
        using var patience = new CancellationTokenSource(Patience);
        await bus.StartAsync(patience.Token);
        return bus;
    }

    /// <summary>A connection that died is not healed but replaced.</summary>
    async Task EndAsync()
    {
        if (_bus is not { } bus)
            return;
        _bus = null;
        try
        {
            await bus.StopAsync(Patience);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // it had died already
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _one.Dispose();
    }
}
