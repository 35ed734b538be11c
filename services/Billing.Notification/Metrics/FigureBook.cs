using Billing.Notification.Limiting;
using Billing.Notification.Queueing;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Metrics;

/// <summary>What a provider made of one message.</summary>
/// <param name="Channel">By which way.</param>
/// <param name="IsTaken">True when it took it.</param>
/// <param name="Took">From leaving the queue to its answer.</param>
public sealed record Handled(Channel Channel, bool IsTaken, TimeSpan Took);

/// <summary>Writes figures in the transaction of what they count, so that neither a crash nor a repeat makes them lie. Small add-ups to a few rows.</summary>
sealed class FigureBook(IBulkWriter bulk, IOptions<MetricsOptions> options, TimeProvider clock)
{
    /// <summary>What the limits of workspaces are told in.</summary>
    static readonly TimeSpan SendLimitWindow = TimeSpan.FromSeconds(1);

    /// <summary>Messages were asked for.</summary>
    public Task DemandAsync(NotificationDbContext db, IEnumerable<OutgoingMessage> asked, CancellationToken cancellationToken)
    {
        var (minute, shard) = (Minutes.Of(clock.GetUtcNow()), Shards.Any());
        return AddMinutesAsync(db, [.. asked.GroupBy(message => message.Channel).Select(group => new MinuteFigure { Channel = group.Key, Minute = minute, Shard = shard, Demand = group.LongCount() })], cancellationToken);
    }

    /// <summary>A provider was asked to take messages.</summary>
    public async Task BookAsync(NotificationDbContext db, IReadOnlyCollection<Handled> handled, CancellationToken cancellationToken)
    {
        if (handled.Count == 0)
            return;
        var (minute, shard) = (Minutes.Of(clock.GetUtcNow()), Shards.Any());
        List<IGrouping<Channel, Handled>> channels = [.. handled.GroupBy(one => one.Channel)];
        await AddTotalsAsync(db, channels.ConvertAll(group => new ChannelTotal
        {
            Channel = group.Key,
            Shard = shard,
            Count = group.LongCount(),
            Success = group.LongCount(one => one.IsTaken),
            Processing = group.Sum(one => (long)one.Took.TotalMicroseconds)
        }), cancellationToken);
        await AddMinutesAsync(db, channels.ConvertAll(group => new MinuteFigure { Channel = group.Key, Minute = minute, Shard = shard, Count = group.LongCount(), Success = group.LongCount(one => one.IsTaken) }), cancellationToken);
        await bulk.AddUpAsync(db, [.. handled.GroupBy(one => (one.Channel, Bucket: Latencies.BucketOf(one.Took))).Select(group => new MinuteLatency
        {
            Channel = group.Key.Channel,
            Minute = minute,
            Bucket = group.Key.Bucket,
            Shard = shard,
            Count = group.LongCount()
        })], latency => latency.Count, cancellationToken);
    }

    /// <summary>Workspaces were too fast. Rare, so it may lock a row for each.</summary>
    public async Task ExceedAsync(NotificationDbContext db, IReadOnlyCollection<Exceedance> exceedances, CancellationToken cancellationToken)
    {
        if (exceedances.Count == 0)
            return;
        var (now, shard) = (clock.GetUtcNow(), Shards.Any());
        List<IGrouping<Channel, Exceedance>> channels = [.. exceedances.GroupBy(one => one.Channel)];
        await AddTotalsAsync(db, channels.ConvertAll(group => new ChannelTotal { Channel = group.Key, Shard = shard, Exceeded = group.LongCount() }), cancellationToken);
        await AddMinutesAsync(db, channels.ConvertAll(group => new MinuteFigure { Channel = group.Key, Minute = Minutes.Of(now), Shard = shard, Exceeded = group.LongCount() }), cancellationToken);
        await bulk.InsertAsync(db, [.. exceedances.Select(ExceedanceEntry.Of)], cancellationToken);
        // in one order, so that two who write about the same workspaces wait for each other instead of deadlocking
        foreach (var group in exceedances.GroupBy(one => (one.WorkspaceId, one.Channel)).OrderBy(group => group.Key.WorkspaceId, StringComparer.Ordinal).ThenBy(group => group.Key.Channel))
            await CountAsync(db, group.Key.WorkspaceId, group.Key.Channel, [.. group], now, cancellationToken);
    }

    /// <summary>Our own limiter said no: these have more waiting than the limits of their own leave them. Once a second, however often they are looked at.</summary>
    public async Task ExceedOwnLimitAsync(NotificationDbContext db, Channel channel, IReadOnlyCollection<Backlog> over, CancellationToken cancellationToken)
    {
        if (over.Count == 0)
            return;
        var (now, ids) = (clock.GetUtcNow(), over.Select(backlog => backlog.WorkspaceId).ToList());
        var lately = now - SendLimitWindow;
        var told = await db.WorkspaceFigures.Where(figure => figure.Channel == channel && ids.Contains(figure.WorkspaceId) && figure.LastExceeded > lately).Select(figure => figure.WorkspaceId).ToListAsync(cancellationToken);
        await ExceedAsync(db, [.. over.Where(backlog => !told.Contains(backlog.WorkspaceId)).Select(backlog => new Exceedance(
            channel, backlog.WorkspaceId, now, backlog.Waiting, $"the workspace's own limit leaves {backlog.Room} of the {backlog.Waiting} that are ready"))], cancellationToken);
    }

    async Task CountAsync(NotificationDbContext db, string workspaceId, Channel channel, List<Exceedance> exceedances, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await bulk.InsertNewAsync(db, [new WorkspaceFigure { WorkspaceId = workspaceId, Channel = channel }], cancellationToken);
        var known = await db.WorkspaceFigures.AsNoTracking().Where(figure => figure.WorkspaceId == workspaceId && figure.Channel == channel).ForUpdate().SingleAsync(cancellationToken);
        var (window, isAlertDue) = Exceedances.Count(new ExceedanceWindow(known.WindowFrom, known.InWindow), exceedances.Count, now, options.Value.AlertAfter, options.Value.AlertWindow);
        (known.Count, known.LastExceeded, known.WindowFrom, known.InWindow) = (known.Count + exceedances.Count, exceedances.Max(one => one.At), window.From, window.Count);
        await bulk.UpdateAsync(db, [known], figure => new { figure.Count, figure.LastExceeded, figure.WindowFrom, figure.InWindow }, cancellationToken);
        if (isAlertDue)
            await bulk.InsertNewAsync(db, [new ExceedanceAlert
            {
                WorkspaceId = workspaceId,
                Channel = channel,
                WindowFrom = window.From!.Value,
                At = now,
                Count = window.Count,
                ErrorMessage = ExceedanceEntry.Of(exceedances[^1]).ErrorMessage
            }], cancellationToken);
        await db.Exceedances.Where(entry => entry.WorkspaceId == workspaceId && entry.Channel == channel)
            .OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.ExceedanceId).Skip(Exceedances.Kept).ExecuteDeleteAsync(cancellationToken);
    }

    Task AddTotalsAsync(NotificationDbContext db, IReadOnlyCollection<ChannelTotal> totals, CancellationToken cancellationToken) =>
        bulk.AddUpAsync(db, totals, total => new { total.Count, total.Success, total.Exceeded, total.Processing }, cancellationToken);

    Task AddMinutesAsync(NotificationDbContext db, IReadOnlyCollection<MinuteFigure> minutes, CancellationToken cancellationToken) =>
        bulk.AddUpAsync(db, minutes, minute => new { minute.Demand, minute.Count, minute.Success, minute.Exceeded }, cancellationToken);
}

static class Minutes
{
    public static DateTimeOffset Of(DateTimeOffset instant) => new(instant.UtcTicks - (instant.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}
