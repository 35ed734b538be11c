using System.Collections.Concurrent;
using Billing.Clock;
using Billing.Console.Reading;
using Billing.Contracts.Outcomes.V1;
using MassTransit;

namespace Billing.Console.Acting;

/// <summary>A command that was sent from here, and what its service answered.</summary>
/// <param name="Id">Of the message.</param>
/// <param name="Title">What was to be done.</param>
/// <param name="Back">The page from which it was asked for.</param>
/// <param name="By">Who asked.</param>
/// <param name="At">When, by the machine's clock.</param>
public sealed record Asked(Guid Id, string Title, string Back, string By, DateTimeOffset At)
{
    /// <summary>Null while nobody has answered.</summary>
    public CommandAnswered? Answer { get; init; }

    /// <summary>What became of an act that is no command, in one sentence.</summary>
    public string? Said { get; init; }

    /// <summary>It was not taken, or nobody knows whether it was.</summary>
    public string? Trouble { get; init; }

    public bool IsOpen => Answer is null && Said is null && Trouble is null;
}

/// <summary>
/// Sends commands, and hears what became of them in a queue of its own. What it knows is for looking and is gone with the process: the services write down
/// what was done.
/// </summary>
public sealed class CommandSender(IBusControl bus, FactBook facts, TimeProvider clock, ILogger<CommandSender> log) : IAsyncDisposable
{
    /// <summary>So many are remembered; the oldest goes first.</summary>
    const int Most = 1000;

    /// <summary>How long the broker may take.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly ConcurrentDictionary<Guid, Asked> _asked = [];
    readonly ConcurrentDictionary<Guid, (Upstream Service, TaskCompletionSource Told)> _open = [];
    readonly TimeProvider _machine = clock.OfTheMachine();
    readonly SemaphoreSlim _one = new(1);
    HostReceiveEndpointHandle? _endpoint;

    public Asked? Find(Guid id) => _asked.GetValueOrDefault(id);

    /// <summary>Remembers what became of an act that is no command.</summary>
    public Guid Keep(string title, string back, string by, string? said, string? trouble)
    {
        var id = Guid.NewGuid();
        Remember(new Asked(id, title, back, by, _machine.GetUtcNow()) { Said = said, Trouble = trouble });
        return id;
    }

    /// <summary>Sends a command, and waits a moment for its outcome: who has no script sees it at once, mostly.</summary>
    public async Task<Guid> SendAsync(object command, Upstream service, string title, string back, string by, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        Remember(new Asked(id, title, back, by, _machine.GetUtcNow()));
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[id] = (service, told);
        log.Sent(by, command.GetType().Name, id);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var queue = await ListenAsync(limit.Token);
            await bus.Publish(command, command.GetType(), Pipe.Execute<PublishContext>(context =>
            {
                if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
                {
                    rabbit.Mandatory = true;        // without it a command that nobody takes vanishes
                    rabbit.BasicProperties.ReplyTo = queue;
                }

                context.MessageId = id;
            }), limit.Token);
            await told.Task.WaitAsync(TimeSpan.FromSeconds(2), _machine, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Remember(_asked[id] with
            {
                Trouble = failure is MessageReturnedException ? "No service listens for this command; nothing was taken."
                    : failure is OperationCanceledException ? "The broker did not confirm it within 5 s. It may have been taken: look before you send it again."
                    : $"It could not be sent: {failure.GetBaseException().Message}"
            });
        }

        return id;
    }

    async Task<string> ListenAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            _endpoint ??= bus.ConnectReceiveEndpoint(new TemporaryEndpointDefinition("console-answers"), ConsoleQueues.Instance, endpoint =>
            {
                endpoint.ConfigureConsumeTopology = false;      // it hears what is said to it alone
                endpoint.UseRawJsonDeserializer();
                endpoint.Handler<CommandAnswered>(context =>
                {
                    Hear(context.Message);
                    return Task.CompletedTask;
                });
            });
            var ready = await _endpoint.Ready.WaitAsync(cancellationToken);
            return ready.InputAddress.AbsolutePath.Split('/')[^1];
        }
        finally
        {
            _one.Release();
        }
    }

    void Hear(CommandAnswered answer)
    {
        if (answer.MessageId is not { } id || !_asked.TryGetValue(id, out var asked))
            return;
        Remember(asked with { Answer = answer });
        if (!_open.TryRemove(id, out var open))
            return;
        facts.Forget(open.Service);
        open.Told.TrySetResult();
    }

    void Remember(Asked asked)
    {
        _asked[asked.Id] = asked;
        while (_asked.Count > Most && _asked.Values.MinBy(one => one.At) is { } oldest)
        {
            _asked.TryRemove(oldest.Id, out _);
            _open.TryRemove(oldest.Id, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_endpoint is not null)
            await _endpoint.StopAsync();
        _one.Dispose();
    }
}
