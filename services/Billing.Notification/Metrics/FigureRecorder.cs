using Billing.Notification.Messages;
using Billing.Notification.Queueing;
using Billing.Notification.Reporting;
using Billing.Persistence;

namespace Billing.Notification.Metrics;

/// <summary>What a provider made of one message.</summary>
/// <param name="WorkspaceId">Whose it was.</param>
/// <param name="Channel">By which way.</param>
/// <param name="IsTaken">True when the provider took it.</param>
/// <param name="Took">From handing it over to the answer.</param>
public sealed record Handled(string WorkspaceId, Channel Channel, bool IsTaken, TimeSpan Took);

/// <summary>So many messages of a channel reached this state together.</summary>
sealed record Outcome(Channel Channel, MessageState State, long Count)
{
    public static List<Outcome> Of(IEnumerable<OutgoingMessage> messages) =>
        [.. messages.GroupBy(message => (message.Channel, message.State)).Select(group => new Outcome(group.Key.Channel, group.Key.State, group.LongCount()))];
}

/// <summary>
/// Writes all figures. It writes in the transaction of what the figures count, so that neither a crash nor a repeat makes them wrong, and adds up a few small
/// rows.
/// </summary>
sealed class FigureRecorder(IBulkWriter bulk, ExceedanceRecorder exceedances, SentCounter counter, TimeProvider clock)
{
    /// <summary>New messages were stored; what is not to be sent (failed, dropped, sent before) is no demand.</summary>
    public Task DemandAsync(NotificationDbContext db, IEnumerable<OutgoingMessage> stored, CancellationToken cancellationToken)
    {
        var (minute, shard) = (Minutes.Of(clock.GetUtcNow()), Shards.Any());
        var demand = stored.Where(message => message.State is not (MessageState.Failed or MessageState.Dropped or MessageState.Sent))
            .GroupBy(message => message.Channel)
            .Select(group => new MinuteFigure { Channel = group.Key, Minute = minute, Shard = shard, Demand = group.LongCount() });
        return bulk.AddUpAsync(db, [.. demand], figure => figure.Demand, cancellationToken);
    }

    /// <summary>Counts messages that have ended; other states pass by.</summary>
    public Task OutcomesAsync(NotificationDbContext db, IEnumerable<Outcome> outcomes, CancellationToken cancellationToken)
    {
        var shard = Shards.Any();
        var ended = outcomes.Where(outcome => outcome.State is MessageState.Sent or MessageState.Failed or MessageState.Dropped)
            .Select(outcome => new EndedCount { Channel = outcome.Channel, State = outcome.State, Shard = shard, Count = outcome.Count });
        return bulk.AddUpAsync(db, [.. ended], count => count.Count, cancellationToken);
    }

    /// <summary>Messages that had ended wait again.</summary>
    public Task ReplayedAsync(NotificationDbContext db, IEnumerable<OutgoingMessage> hadEnded, CancellationToken cancellationToken) =>
        OutcomesAsync(db, Outcome.Of(hadEnded).Select(outcome => outcome with { Count = -outcome.Count }), cancellationToken);

    /// <summary>A provider was asked to take messages.</summary>
    public async Task HandledAsync(NotificationDbContext db, IReadOnlyCollection<Handled> handled, CancellationToken cancellationToken)
    {
        if (handled.Count == 0)
            return;
        var now = clock.GetUtcNow();
        var (minute, shard) = (Minutes.Of(now), Shards.Any());
        List<IGrouping<Channel, Handled>> channels = [.. handled.GroupBy(one => one.Channel)];
        await bulk.AddUpAsync(db, channels.ConvertAll(group => new ChannelTotal
        {
            Channel = group.Key,
            Shard = shard,
            Count = group.LongCount(),
            Success = group.LongCount(one => one.IsTaken),
            Processing = group.Sum(one => (long)one.Took.TotalMicroseconds)
        }), total => new { total.Count, total.Success, total.Processing }, cancellationToken);
        await bulk.AddUpAsync(db, channels.ConvertAll(group => new MinuteFigure
        {
            Channel = group.Key,
            Minute = minute,
            Shard = shard,
            Count = group.LongCount(),
            Success = group.LongCount(one => one.IsTaken)
        }), figure => new { figure.Count, figure.Success }, cancellationToken);
        await bulk.AddUpAsync(db, [.. handled.GroupBy(one => (one.Channel, Bucket: Latencies.BucketOf(one.Took))).Select(group => new MinuteLatency
        {
            Channel = group.Key.Channel,
            Minute = minute,
            Bucket = group.Key.Bucket,
            Shard = shard,
            Count = group.LongCount()
        })], latency => latency.Count, cancellationToken);
        var ofWorkspaces = handled.GroupBy(one => (one.WorkspaceId, one.Channel, Bucket: Latencies.BucketOf(one.Took)));
        await bulk.AddUpAsync(db, [.. ofWorkspaces.Select(group => new WorkspaceLatency
        {
            WorkspaceId = group.Key.WorkspaceId,
            Channel = group.Key.Channel,
            Day = DateOnly.FromDateTime(now.UtcDateTime),
            Bucket = group.Key.Bucket,
            Shard = shard,
            Count = group.LongCount()
        })], latency => latency.Count, cancellationToken);
    }

    /// <summary>Workspaces were too fast, as the provider says.</summary>
    public Task ExceededAsync(NotificationDbContext db, IReadOnlyCollection<Exceedance> exceeded, CancellationToken cancellationToken) =>
        exceedances.RecordAsync(db, exceeded, cancellationToken);

    /// <summary>These workspaces have more waiting than the limits of their own leave them. Counted once a second, however often they are looked at.</summary>
    public Task OverOwnLimitAsync(NotificationDbContext db, Channel channel, IReadOnlyCollection<Backlog> over, CancellationToken cancellationToken) =>
        exceedances.RecordOwnLimitAsync(db, channel, over, cancellationToken);

    /// <summary>Shows outcomes to Prometheus, which has no transaction: to be called once they are committed.</summary>
    public void Committed(IEnumerable<Outcome> outcomes)
    {
        foreach (var outcome in outcomes)
            counter.Add(outcome.Channel, outcome.State, outcome.Count);
    }
}

static class Minutes
{
    public static DateTimeOffset Of(DateTimeOffset instant) => new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}
