using System.Threading.Channels;
using Billing.Clock;
using Billing.Hosting.Bus;
using Billing.Hosting.Work;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Billing.Hosting.Clocks;

/// <summary>The owner of the test clock speaks with it to every process, and hears what each has still to do.</summary>
public sealed class ClockVoice : IAsyncDisposable
{
    /// <summary>How long an answer is waited for: 3 s. Who did not answer is asked again.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>A process that was silent for as long has ended: 20 s.</summary>
    static readonly TimeSpan Gone = TimeSpan.FromSeconds(20);

    readonly IConnection _connection;
    readonly IChannel _channel;
    readonly string _replyTo;
    readonly TimeProvider _machine;
    readonly Channel<ClockAnswer> _answers = System.Threading.Channels.Channel.CreateUnbounded<ClockAnswer>();
    readonly Dictionary<Guid, (string Service, long HeardAt)> _known = [];
    long _round;

    ClockVoice(IConnection connection, IChannel channel, string replyTo, TimeProvider machine) =>
        (_connection, _channel, _replyTo, _machine) = (connection, channel, replyTo, machine);

    /// <param name="services">Of a host with a test clock.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<ClockVoice> OpenAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var broker = services.GetRequiredService<RabbitMqSettings>();
        var (connection, channel) = await ClockExchange.OpenAsync(broker, "owner of the test clock", cancellationToken);
        var queue = await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken);
        var voice = new ClockVoice(connection, channel, queue.QueueName, services.GetRequiredService<TimeProvider>().OfTheMachine());
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, told) => await voice._answers.Writer.WriteAsync(ClockExchange.Read<ClockAnswer>(told.Body), CancellationToken.None);
        connection.ConnectionShutdownAsync += (_, _) => Task.FromResult(voice._answers.Writer.TryComplete());
        channel.ChannelShutdownAsync += (_, _) => Task.FromResult(voice._answers.Writer.TryComplete());
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, cancellationToken);
        return voice;
    }

    /// <summary>Says how far the clock is ahead, and asks every process what it has still to do.</summary>
    /// <param name="ahead">Of the wall.</param>
    /// <param name="services">Who has to answer, each with one process at least.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <returns>The answers, and the names of those that did not answer in time.</returns>
    public async Task<(IReadOnlyList<ClockAnswer> Answers, IReadOnlyList<string> Silent)> AskAsync(
        TimeSpan ahead, IReadOnlyCollection<string> services, CancellationToken cancellationToken)
    {
        var round = ++_round;
        await _channel.BasicPublishAsync(ClockExchange.Name, "", mandatory: false, new BasicProperties { ReplyTo = _replyTo },
            ClockExchange.Written(new ClockTold(ahead.Ticks, round)), cancellationToken);
        var answers = new Dictionary<Guid, ClockAnswer>();
        using var patience = new CancellationTokenSource(Patience, _machine);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            while (SilentOf(answers, services).Count > 0)
            {
                var answer = await _answers.Reader.ReadAsync(either.Token);
                _known[answer.Instance] = (answer.Service, _machine.GetTimestamp());
                if (answer.Round == round)
                    answers[answer.Instance] = answer;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // who did not answer is named
        }

        foreach (var (instance, _) in _known.Where(one => _machine.GetElapsedTime(one.Value.HeardAt) > Gone).ToList())
            _known.Remove(instance);
        return ([.. answers.Values], SilentOf(answers, services));
    }

    List<string> SilentOf(Dictionary<Guid, ClockAnswer> answers, IReadOnlyCollection<string> services) =>
    [
        .. services.Except(answers.Values.Select(answer => answer.Service)),
        .. _known.Where(one => !answers.ContainsKey(one.Key)).Select(one => $"a process of {one.Value.Service}")
    ];

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
