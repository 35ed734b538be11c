using System.Net.Http.Json;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Billing.Testing;

/// <summary>
/// How many messages wait in the queues of a virtual host at this moment. The management page's own figures are up to five seconds old; who asks a queue
/// for itself hears the truth, but not how many of its messages somebody has and did not acknowledge yet.
/// </summary>
sealed class WaitingMessages(HttpClient management, string virtualHost) : IAsyncDisposable
{
    readonly SemaphoreSlim _oneAtATime = new(1);
    IConnection? _connection;
    IChannel? _channel;

    /// <summary>By queue, those that hold something. What is exclusive to a connection may not be asked, and holds no more than answers to who asked.</summary>
    public async Task<IReadOnlyList<(string Queue, uint Count)>> CountAsync()
    {
        var queues = (await management.GetFromJsonAsync<JsonElement[]>($"api/queues/{virtualHost}?disable_stats=true&columns=name,exclusive"))!;
        var waiting = new List<(string, uint)>();
        foreach (var name in queues.Where(queue => !queue.GetProperty("exclusive").GetBoolean()).Select(queue => queue.GetProperty("name").GetString()!))
            if (await CountAsync(name) is > 0 and var count)
                waiting.Add((name, count));
        return waiting;
    }

    /// <summary>None in a queue that is not there.</summary>
    public async Task<uint> CountAsync(string queue)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            return await (await ChannelAsync()).MessageCountAsync(queue);
        }
        catch (OperationInterruptedException gone) when (gone.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return 0;       // the broker has closed the channel for it
        }
        catch (AlreadyClosedException)
        {
            return await (await ChannelAsync()).MessageCountAsync(queue);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>
    /// Takes away what waits in every queue; false when somebody still hears one. Each queue is told, also one that looks empty: what its last reader gave back
    /// comes before that in the queue's own order.
    /// </summary>
    public async Task<bool> EmptyAsync()
    {
        var queues = (await management.GetFromJsonAsync<JsonElement[]>($"api/queues/{virtualHost}?disable_stats=true&columns=name,exclusive"))!;
        if (queues.Any(queue => queue.GetProperty("exclusive").GetBoolean()))
            return false;
        foreach (var name in queues.Select(queue => queue.GetProperty("name").GetString()!))
            try
            {
                var channel = await ChannelAsync();
                await channel.QueuePurgeAsync(name);
                if (await channel.ConsumerCountAsync(name) > 0)
                    return false;
            }
            catch (OperationInterruptedException gone) when (gone.ShutdownReason?.ReplyCode == Constants.NotFound)
            {
                // it went with the last who used it
            }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        _oneAtATime.Dispose();
    }

    async Task<IChannel> ChannelAsync()
    {
        if (_connection is not { IsOpen: true })
        {
            if (_connection is not null)
                await _connection.DisposeAsync();
            var factory = new ConnectionFactory
            {
                HostName = TestVirtualHost.Host,
                Port = TestVirtualHost.Port,
                VirtualHost = virtualHost,
                UserName = TestVirtualHost.Username,
                Password = TestVirtualHost.Password,
                AutomaticRecoveryEnabled = false
            };
            (_connection, _channel) = (await factory.CreateConnectionAsync("what waits"), null);
        }

        if (_channel is not { IsOpen: true })
        {
            if (_channel is not null)
                await _channel.DisposeAsync();
            _channel = await _connection.CreateChannelAsync();
        }

        return _channel;
    }
}
