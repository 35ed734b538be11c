using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Billing.Contracts;
using Billing.Contracts.Outcomes.V1;
using Billing.Sealing;
using MassTransit;

namespace Billing.Cli.Bus;

/// <summary>Publishes like anyone else on the bus: confirmed by the broker, and refused when no service listens.</summary>
public sealed class BillingBus : IAsyncDisposable
{
    /// <summary>Messages on their way to the broker at once. More gains nothing: 200 outstanding confirms keep a broker busy.</summary>
    const int InFlight = 200;

    /// <summary>How long a broker may take to answer before it is called unreachable.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    static readonly Lock Gate = new();
    static JsonSerializerOptions? _json;

    readonly IBusControl _bus;

    BillingBus(IBusControl bus) => _bus = bus;

    /// <param name="address">The broker; of a cluster one node, and the others in its query: <c>?nodes=broker-2,broker-3:5673</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="sealer">Seals what contracts mark as confidential; it travels in clear when left out.</param>
    public static async Task<BillingBus> ConnectAsync(Uri address, CancellationToken cancellation, Sealer? sealer = null)
    {
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(address.Host, (ushort)(address.IsDefaultPort ? 5672 : address.Port), VirtualHostOf(address), host =>
            {
                var user = address.UserInfo.Split(':', 2);
                host.Username(Uri.UnescapeDataString(user[0]));
                host.Password(user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "");
                if (OtherNodesOf(address) is { Length: > 0 } others)
                    host.UseCluster(cluster => others.Prepend(address.Host).ToList().ForEach(cluster.Node));
            });
            rabbit.ConfigureJsonSerializerOptions(Json);
            rabbit.SealConfidential(sealer ?? Sealer.None);
        });
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            await bus.StartAsync(limit.Token);
            return new BillingBus(bus);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            throw new CliException($"The broker at {address.Host}:{address.Port} does not answer. Is it up (./billing up)?", e);
        }
    }

    /// <param name="message">A contract.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="messageId">The message's id, when the answer is to be known by it.</param>
    /// <param name="replyTo">The queue in which what became of it is told; nobody is told when left out.</param>
    public async Task PublishAsync(object message, CancellationToken cancellation, Guid? messageId = null, string? replyTo = null)
    {
        try
        {
            await _bus.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(context =>
            {
                // Without it a message that no queue is bound for vanishes, and the broker confirms it all the same.
                if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
                {
                    rabbit.Mandatory = true;
                    rabbit.BasicProperties.ReplyTo = replyTo;
                }

                context.MessageId = messageId ?? context.MessageId;
            }), cancellation);
        }
        catch (MessageReturnedException e)
        {
            throw new CliException(
                $"No service listens for {message.GetType().Name}; nothing was taken. Has the service that handles it ever started (./billing up)?", e);
        }
    }

    /// <summary>Publishes a command, and waits until its service has told what became of it.</summary>
    /// <returns>Null when nobody has told it within <paramref name="patience"/>: the command waits for its service, or is being worked on.</returns>
    public async Task<CommandAnswered?> AskAsync(object message, TimeSpan patience, CancellationToken cancellation)
    {
        var told = new TaskCompletionSource<CommandAnswered>(TaskCreationOptions.RunContinuationsAsynchronously);
        var endpoint = _bus.ConnectReceiveEndpoint(new TemporaryEndpointDefinition(), OperatorNames.Instance, endpoint =>
        {
            endpoint.ConfigureConsumeTopology = false;      // it hears what is said to it alone
            endpoint.UseRawJsonDeserializer();
            endpoint.Handler<CommandAnswered>(context =>
            {
                told.TrySetResult(context.Message);
                return Task.CompletedTask;
            });
        });
        await using var listening = new Listening(endpoint);
        var queue = (await endpoint.Ready).InputAddress.AbsolutePath.Split('/')[^1];
        await PublishAsync(message, cancellation, replyTo: queue);
        try
        {
            return await told.Task.WaitAsync(patience, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Publishes many, some at a time; the source is read as fast as the broker takes them.</summary>
    public Task PublishAllAsync<T>(IEnumerable<T> messages, Action<T>? published, CancellationToken cancellation) where T : class =>
        Parallel.ForEachAsync(messages, new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellation }, async (message, stop) =>
        {
            await PublishAsync(message, stop);
            published?.Invoke(message);
        });

    /// <summary>Hears what is said from now on, until it is disposed.</summary>
    public async Task<IAsyncDisposable> ListenAsync<T>(Action<T> hear) where T : class
    {
        var endpoint = _bus.ConnectReceiveEndpoint(
            new TemporaryEndpointDefinition(), OperatorNames.Instance, endpoint => endpoint.Handler<T>(context =>
        {
            hear(context.Message);
            return Task.CompletedTask;
        }));
        await endpoint.Ready;
        return new Listening(endpoint);
    }

    /// <summary>Hears whether a command is rejected, until it is disposed.</summary>
    /// <param name="id">The message id that the command is about to get.</param>
    public async Task<Rejection> ListenForRejectionAsync<T>(Guid id) where T : class
    {
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Rejection(told.Task, await ListenAsync<Fault<T>>(fault =>
        {
            if (fault.FaultedMessageId == id)
                told.TrySetResult(fault.Exceptions.FirstOrDefault()?.Message ?? "no reason was given");
        }));
    }

    /// <param name="Reason">Which field, what it held, and what was expected; it never comes for a command that is taken.</param>
    /// <param name="Listening">Ends with it.</param>
    public sealed record Rejection(Task<string> Reason, IAsyncDisposable Listening) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Listening.DisposeAsync();
    }

    /// <summary>The broker lets an operator make queues that begin so, and no other.</summary>
    sealed class OperatorNames : DefaultEndpointNameFormatter, IEndpointNameFormatter
    {
        public static new readonly OperatorNames Instance = new();

        string IEndpointNameFormatter.TemporaryEndpoint(string tag) => $"operator-{NewId.NextGuid():N}";
    }

    sealed class Listening(HostReceiveEndpointHandle endpoint) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await endpoint.StopAsync();
    }

    public async ValueTask DisposeAsync() => await _bus.StopAsync();

    /// <summary>MassTransit keeps one set of options for the process: made once, however many connect.</summary>
    static JsonSerializerOptions Json(JsonSerializerOptions options)
    {
        lock (Gate)
            return _json ??= new JsonSerializerOptions(options)
            {
                TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(ToldMembers.WriteTold)
            };
    }

    static string[] OtherNodesOf(Uri address)
    {
        const string Nodes = "?nodes=";
        return address.Query.StartsWith(Nodes, StringComparison.Ordinal)
            ? Uri.UnescapeDataString(address.Query[Nodes.Length..]).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];
    }

    static string VirtualHostOf(Uri address) => address.AbsolutePath.Trim('/') is { Length: > 0 } named ? Uri.UnescapeDataString(named) : "/";
}
