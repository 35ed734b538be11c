using Billing.Notification.Queueing;
using Billing.Notification.Settings;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Metrics;

/// <summary>Writes down that workspaces were too fast. This is rare, so it may lock a row for each.</summary>
sealed class ExceedanceRecorder(IBulkWriter bulk, IOptions<MetricsOptions> options, TimeProvider clock)
{
    /// <summary>The limits of workspaces count messages a second.</summary>
    static readonly TimeSpan OwnLimitWindow = TimeSpan.FromSeconds(1);

    public async Task RecordAsync(NotificationDbContext db, IReadOnlyCollection<Exceedance> exceedances, CancellationToken cancellationToken)
    {
        if (exceedances.Count == 0)
            return;
        var (now, shard) = (clock.GetUtcNow(), Shards.Any());
        List<IGrouping<Channel, Exceedance>> channels = [.. exceedances.GroupBy(one => one.Channel)];
        await bulk.AddUpAsync(
            db, channels.ConvertAll(group => new ChannelTotal { Channel = group.Key, Shard = shard, Exceeded = group.LongCount() }),
            total => total.Exceeded, cancellationToken);
        await bulk.AddUpAsync(
            db, channels.ConvertAll(group => new MinuteFigure { Channel = group.Key, Minute = Minutes.Of(now), Shard = shard, Exceeded = group.LongCount() }),
            figure => figure.Exceeded, cancellationToken);
        await bulk.InsertAsync(db, [.. exceedances.Select(ExceedanceEntry.Of)], cancellationToken);
        // In one order, so that two transactions about the same workspaces wait for each other instead of deadlocking.
        var workspaces = exceedances.GroupBy(one => (one.WorkspaceId, one.Channel))
            .OrderBy(group => group.Key.WorkspaceId, StringComparer.Ordinal).ThenBy(group => group.Key.Channel);
        foreach (var group in workspaces)
            await CountAsync(db, group.Key.WorkspaceId, group.Key.Channel, [.. group], now, cancellationToken);
    }

    public async Task RecordOwnLimitAsync(NotificationDbContext db, Channel channel, IReadOnlyCollection<Backlog> over, CancellationToken cancellationToken)
    {
        if (over.Count == 0)
            return;
        var (now, ids) = (clock.GetUtcNow(), over.Select(backlog => backlog.WorkspaceId).ToList());
        var lately = now - OwnLimitWindow;
        var counted = await db.WorkspaceFigures
            .Where(figure => figure.Channel == channel && ids.Contains(figure.WorkspaceId) && figure.LastExceeded > lately)
            .Select(figure => figure.WorkspaceId).ToListAsync(cancellationToken);
        var exceedances = over.Where(backlog => !counted.Contains(backlog.WorkspaceId)).Select(backlog => new Exceedance(
            channel, backlog.WorkspaceId, now, backlog.Waiting, $"the workspace's own limit leaves {backlog.Room} of the {backlog.Waiting} that are ready"));
        await RecordAsync(db, [.. exceedances], cancellationToken);
    }

    async Task CountAsync(
        NotificationDbContext db, string workspaceId, Channel channel, List<Exceedance> exceedances, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await bulk.InsertNewAsync(db, [new WorkspaceFigure { WorkspaceId = workspaceId, Channel = channel }], cancellationToken);
        var figure = await db.WorkspaceFigures.AsNoTracking().Where(known => known.WorkspaceId == workspaceId && known.Channel == channel)
            .ForUpdate().SingleAsync(cancellationToken);
        var (window, isAlertDue) = Exceedances.Count(
            new ExceedanceWindow(figure.WindowFrom, figure.InWindow), exceedances.Count, now, options.Value.AlertAfter, options.Value.AlertWindow);
        (figure.Count, figure.LastExceeded) = (figure.Count + exceedances.Count, exceedances.Max(one => one.At));
        (figure.WindowFrom, figure.InWindow) = (window.From, window.Count);
        await bulk.UpdateAsync(db, [figure], changed => new { changed.Count, changed.LastExceeded, changed.WindowFrom, changed.InWindow }, cancellationToken);
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
}
