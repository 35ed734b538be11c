using Billing.Hosting.Bus;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Billing.Hosting.Faults;

/// <summary>
/// The error queues of this service as a list. A look takes every message and gives it back, in its order. The broker counts that as a delivery, and after a
/// hundred would put the message away; one that was looked at half as often is therefore written anew behind the others.
/// </summary>
sealed partial class FaultBook(RabbitMqSettings broker, EndpointContracts endpoints, ServiceName service, ILogger<FaultBook> log) : IDisposable
{
    /// <summary>So many messages of a queue are looked at: what lies behind them is seen when these are gone.</summary>
    const int Most = 10_000;

    const int ManyLooks = 50;

    readonly SemaphoreSlim _oneAtATime = new(1);

    enum Act
    {
        GiveBack,
        Replay,
        Discard,
    }

    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>Every cause, the newest first.</summary>
    public async Task<IReadOnlyList<FaultCause>> CausesAsync(CancellationToken cancellationToken)
    {
        var all = new List<Fault>();
        await WalkAsync(fault =>
        {
            all.Add(fault with { Body = "" });
            return Act.GiveBack;
        }, cancellationToken);
        return [.. all.GroupBy(fault => fault.Cause)
            .Select(same => new FaultCause(same.Key, same.First().Queue, same.First().Exception, same.First().Reason, same.Count(),
                same.Min(fault => fault.At), same.Max(fault => fault.At)))
            .OrderByDescending(cause => cause.Last)];
    }

    /// <summary>The messages of a cause.</summary>
    public async Task<IReadOnlyList<Fault>> OfCauseAsync(string cause, int most, CancellationToken cancellationToken)
    {
        var found = new List<Fault>();
        await WalkAsync(fault =>
        {
            if (fault.Cause == cause && found.Count < most)
                found.Add(fault);
            return Act.GiveBack;
        }, cancellationToken);
        return found;
    }

    /// <summary>
    /// Puts each message of the cause back into its queue, and takes it out of the error queue when the broker has it there. A process that dies between the
    /// two leaves one in both, under the same id: the inbox takes it once.
    /// </summary>
    public async Task<int> ReplayAsync(string cause, string? by, CancellationToken cancellationToken)
    {
        var replayed = await WalkAsync(fault => fault.Cause == cause ? Act.Replay : Act.GiveBack, cancellationToken);
        LogReplayed(replayed, cause, by);
        return replayed;
    }

    /// <summary>Throws each message of the cause away; the log keeps who did it, why, and which it was.</summary>
    public async Task<int> DiscardAsync(string cause, string why, string? by, CancellationToken cancellationToken)
    {
        var discarded = await WalkAsync(fault =>
        {
            if (fault.Cause != cause)
                return Act.GiveBack;
            LogDiscarded(fault.Queue, fault.MessageId, fault.Reason, why, by);
            return Act.Discard;
        }, cancellationToken);
        return discarded;
    }

    /// <summary>How many messages wait in each error queue that has any; none of them is touched.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountAsync(CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var queue in endpoints.Queues)
            if (await CountAsync(connection, ErrorsOf(queue), cancellationToken) is > 0 and var count)
                counts[queue] = (int)count;
        return counts;
    }

    /// <returns>With how many something else was done than to give them back.</returns>
    async Task<int> WalkAsync(Func<Fault, Act> decide, CancellationToken cancellationToken)
    {
        var done = 0;
        await _oneAtATime.WaitAsync(cancellationToken);     // what one has in his hands, another does not see
        try
        {
            await using var connection = await ConnectAsync(cancellationToken);
            foreach (var queue in endpoints.Queues)
                if (await CountAsync(connection, ErrorsOf(queue), cancellationToken) is > 0 and var count)
                    done += await WalkAsync(connection, queue, Math.Min(Most, (int)count), decide, cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }

        return done;
    }

    /// <summary>What it does not take away, it gives back; a process that dies gives back all that it had.</summary>
    static async Task<int> WalkAsync(IConnection connection, string queue, int count, Func<Fault, Act> decide, CancellationToken cancellationToken)
    {
        var (done, given) = (0, 0);
        var confirmed = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        await using var channel = await connection.CreateChannelAsync(confirmed, cancellationToken);
        for (; count > 0 && await channel.BasicGetAsync(ErrorsOf(queue), autoAck: false, cancellationToken) is { } got; count--)
        {
            var act = decide(FaultReader.Read(queue, got));
            if (act == Act.Replay)
                await channel.BasicPublishAsync("", queue, mandatory: true, FaultReader.Cleaned(got.BasicProperties), got.Body, cancellationToken);
            else if (act == Act.GiveBack && LooksAt(got) >= ManyLooks)
                await channel.BasicPublishAsync("", ErrorsOf(queue), mandatory: true, new BasicProperties(got.BasicProperties), got.Body, cancellationToken);
            else if (act == Act.GiveBack)
            {
                given++;
                continue;
            }

            await channel.BasicAckAsync(got.DeliveryTag, multiple: false, cancellationToken);
            done += act == Act.GiveBack ? 0 : 1;
        }

        if (given > 0)
            await GiveBackAsync(channel, ErrorsOf(queue), given, cancellationToken);
        return done;
    }

    /// <summary>
    /// Waits until the broker has them in the queue again, or the next look would miss them; not for ever, because somebody may take them away.
    /// </summary>
    static async Task GiveBackAsync(IChannel channel, string queue, int count, CancellationToken cancellationToken)
    {
        await channel.BasicNackAsync(0, multiple: true, requeue: true, cancellationToken);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        for (var look = 0; look < 100 && await channel.MessageCountAsync(queue, cancellationToken) < count; look++)
            await pause.WaitForNextTickAsync(cancellationToken);
    }

    static long LooksAt(BasicGetResult got) =>
        got.BasicProperties.Headers?.TryGetValue("x-delivery-count", out var looks) == true ? Convert.ToInt64(looks, null) : 0;

    static async Task<uint> CountAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            return await channel.MessageCountAsync(queue, cancellationToken);
        }
        catch (OperationInterruptedException gone) when (gone.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return 0;       // nothing has failed there yet
        }
    }

    Task<IConnection> ConnectAsync(CancellationToken cancellationToken) => broker.ConnectAsync("faults", cancellationToken);

    static string ErrorsOf(string queue) => $"{queue}_error";

    [LoggerMessage(1, LogLevel.Information, "{Count} messages of the cause {Cause} were replayed by {By}")]
    partial void LogReplayed(int count, string cause, string? by);

    [LoggerMessage(2, LogLevel.Warning, "A message of {Queue} was discarded: {MessageId}, which had failed because {Reason}. Why: {Why}, by {By}")]
    partial void LogDiscarded(string queue, string? messageId, string reason, string why, string? by);
}
