using Billing.Clock;
using Billing.Hosting.Bus;
using Billing.Persistence;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Billing.Hosting.Clocks;

/// <summary>
/// Hears how far the test clock is ahead, sets the clock of this process, and answers what there is still to do. It has a connection of its own, because the
/// bus begins only when the clock is known.
/// </summary>
sealed partial class ClockLink(
    TestClock clock, RabbitMqSettings broker, ServiceName service, Sight sight, BusWork work, DatabaseReadiness database, ILogger<ClockLink> log)
    : BackgroundService
{
    /// <summary>Until the next try when the broker is away: 1 s.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly Guid _me = Guid.NewGuid();
    readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether anybody has told this process what time it is.</summary>
    public bool IsKnown => _known.Task.IsCompleted;

    public Task KnownAsync(CancellationToken cancellationToken) => _known.Task.WaitAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception away) when (!stoppingToken.IsCancellationRequested)
            {
                LogAway(away.GetBaseException().Message);
            }

            await Task.Delay(Pause, clock.Machine, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task ListenAsync(CancellationToken stopping)
    {
        var (connection, channel) = await ClockExchange.OpenAsync(broker, $"test clock of {service.Value}", stopping);
        await using var openConnection = connection;
        await using var openChannel = channel;
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionShutdownAsync += (_, _) => Task.FromResult(over.TrySetResult());
        channel.ChannelShutdownAsync += (_, _) => Task.FromResult(over.TrySetResult());
        var queue = await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: stopping);
        await channel.QueueBindAsync(queue.QueueName, ClockExchange.Name, "", cancellationToken: stopping);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, told) =>
        {
            var (body, replyTo) = (ClockExchange.Read<ClockTold>(told.Body), told.BasicProperties.ReplyTo);
            Set(TimeSpan.FromTicks(body.Ahead));
            if (replyTo is not null && database.Reason is null)
                await AnswerAsync(channel, replyTo, body.Round, stopping);
        };
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, stopping);
        await over.Task.WaitAsync(stopping);
    }

    void Set(TimeSpan ahead)
    {
        if (clock.SetAhead(ahead))
            LogMoved(clock.GetUtcNow(), TestClockText.Describe(ahead));
        _known.TrySetResult();
    }

    /// <summary>A look that fails is no answer: the owner asks again.</summary>
    async Task AnswerAsync(IChannel channel, string replyTo, long round, CancellationToken stopping)
    {
        try
        {
            var taken = work.Taken;     // before the look: what comes in meanwhile shows in the next answer
            var sighting = await sight.LookAsync(stopping);
            var answer = new ClockAnswer(_me, service.Value, round, clock.Ahead.Ticks, taken, sighting.Busy, sighting.NextDue);
            await channel.BasicPublishAsync("", replyTo, ClockExchange.Written(answer), stopping);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            LogNotAnswered(failure.GetBaseException().Message);
        }
    }

    [LoggerMessage(30, LogLevel.Warning, "The test clock was moved to {Now:O}, which is {Ahead} ahead of the real time")]
    partial void LogMoved(DateTimeOffset now, string ahead);

    [LoggerMessage(31, LogLevel.Warning, "The test clock cannot be heard: {Reason}")]
    partial void LogAway(string reason);

    [LoggerMessage(32, LogLevel.Warning, "The owner of the test clock was not answered: {Reason}")]
    partial void LogNotAnswered(string reason);
}
