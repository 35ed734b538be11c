using Billing.Notification.Metrics;
using Billing.Notification.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Reporting;

/// <summary>One minute of a channel: what was asked for, what was done, and what the limit allowed.</summary>
public sealed record DemandView(DateTimeOffset Minute, long Demand, long Sent, long Exceeded, int? LimitPerSecond);

/// <summary>How long the provider took for the messages of one workspace in one channel.</summary>
/// <param name="WorkspaceId">Whose.</param>
/// <param name="Channel">In which channel.</param>
/// <param name="Count">Answers.</param>
/// <param name="P50">Milliseconds that half of them took at most.</param>
/// <param name="P95">Milliseconds that 95 of a hundred took at most.</param>
/// <param name="P99">Milliseconds that 99 of a hundred took at most.</param>
public sealed record WorkspaceLatencyView(string WorkspaceId, Channel Channel, long Count, double P50, double P95, double P99);

/// <summary>Reads the figures as all processes recorded them.</summary>
sealed class FigureReader(NotificationDbContext db, IOptions<MetricsOptions> options, TimeProvider clock)
{
    /// <summary>Percentiles describe the present: five minutes are long enough to have some answers.</summary>
    static readonly TimeSpan Recent = TimeSpan.FromMinutes(5);

    public async Task<TotalFigures> TotalAsync(CancellationToken cancellationToken)
    {
        var top = await db.WorkspaceFigures.AsNoTracking().Where(figure => figure.Count > 0).GroupBy(figure => figure.WorkspaceId)
            .Select(group => new { WorkspaceId = group.Key, Count = group.Sum(figure => figure.Count) })
            .OrderByDescending(workspace => workspace.Count).ThenBy(workspace => workspace.WorkspaceId).Take(options.Value.Top).ToListAsync(cancellationToken);
        var workspaces = await WorkspacesAsync([.. top.Select(workspace => workspace.WorkspaceId)], cancellationToken);
        var counted = await CountAsync(db, cancellationToken);
        var total = Figures.Total(counted[Channel.Sms], counted[Channel.Email], workspaces, clock.GetUtcNow());
        var recent = await RecentAsync(cancellationToken);
        return total with { Sms = total.Sms with { Percentiles = recent[Channel.Sms] }, Email = total.Email with { Percentiles = recent[Channel.Email] } };
    }

    public async Task<WorkspaceFigures> WorkspaceAsync(string workspaceId, CancellationToken cancellationToken) =>
        (await WorkspacesAsync([workspaceId], cancellationToken))[0];

    /// <summary>Demand against limit, minute by minute, those in which something happened or a limit was in force.</summary>
    public async Task<IReadOnlyList<DemandView>> DemandAsync(Channel channel, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var minutes = await db.MinuteFigures.Where(minute => minute.Channel == channel && minute.Minute >= from && minute.Minute < to)
            .GroupBy(minute => minute.Minute)
            .Select(group => new
            {
                Minute = group.Key,
                Demand = group.Sum(x => x.Demand),
                Sent = group.Sum(x => x.Success),
                Exceeded = group.Sum(x => x.Exceeded)
            }).ToDictionaryAsync(x => x.Minute, cancellationToken);
        var limits = await db.MinuteLimits.AsNoTracking().Where(limit => limit.Channel == channel && limit.Minute >= from && limit.Minute < to)
            .ToDictionaryAsync(limit => limit.Minute, limit => limit.PerSecond, cancellationToken);
        return [.. minutes.Keys.Union(limits.Keys).Order().Select(minute => minutes.TryGetValue(minute, out var done)
            ? new DemandView(minute, done.Demand, done.Sent, done.Exceeded, limits.GetValueOrDefault(minute))
            : new DemandView(minute, 0, 0, 0, limits[minute]))];
    }

    /// <param name="days">Today, by UTC, and the days before it.</param>
    /// <param name="workspaceId">Only this one; null for those with the most answers.</param>
    /// <param name="most">So many workspaces and channels at most.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<IReadOnlyList<WorkspaceLatencyView>> LatenciesAsync(int days, string? workspaceId, int most, CancellationToken cancellationToken)
    {
        var from = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(1 - days);
        var recent = db.WorkspaceLatencies.Where(latency => latency.Day >= from && (workspaceId == null || latency.WorkspaceId == workspaceId));
        var busiest = await recent.GroupBy(latency => new { latency.WorkspaceId, latency.Channel })
            .Select(group => new { group.Key.WorkspaceId, group.Key.Channel, Count = group.Sum(latency => latency.Count) })
            .OrderByDescending(one => one.Count).ThenBy(one => one.WorkspaceId).Take(most).ToListAsync(cancellationToken);
        var ids = busiest.Select(one => one.WorkspaceId).Distinct().ToList();
        var counts = (await recent.Where(latency => ids.Contains(latency.WorkspaceId))
                .GroupBy(latency => new { latency.WorkspaceId, latency.Channel, latency.Bucket })
                .Select(group => new { group.Key.WorkspaceId, group.Key.Channel, group.Key.Bucket, Count = group.Sum(latency => latency.Count) })
                .ToListAsync(cancellationToken))
            .ToLookup(one => (one.WorkspaceId, one.Channel));
        return [.. busiest.Select(one =>
        {
            var answers = Percentiles.Of(counts[(one.WorkspaceId, one.Channel)].ToDictionary(x => x.Bucket, x => x.Count)) ?? new Percentiles(0, 0, 0);
            return new WorkspaceLatencyView(one.WorkspaceId, one.Channel, one.Count, answers.P50, answers.P95, answers.P99);
        })];
    }

    public Task<List<FigureReset>> ResetsAsync(CancellationToken cancellationToken) =>
        db.FigureResets.AsNoTracking().OrderByDescending(reset => reset.At).Take(100).ToListAsync(cancellationToken);

    /// <summary>Since the last reset: all that was ever counted, less what stood there then.</summary>
    internal static async Task<Dictionary<Channel, Counted>> CountAsync(NotificationDbContext db, CancellationToken cancellationToken)
    {
        var totals = await SumAsync(db, cancellationToken);
        var baselines = await db.FigureBaselines.AsNoTracking().ToDictionaryAsync(baseline => baseline.Channel, cancellationToken);
        return Enum.GetValues<Channel>().ToDictionary(channel => channel, channel =>
        {
            var (total, from) = (totals[channel], baselines.GetValueOrDefault(channel)
                ?? new FigureBaseline { Channel = channel, Since = DateTimeOffset.UnixEpoch });
            return new Counted(total.Count - from.Count, total.Success - from.Success, total.Exceeded - from.Exceeded,
                TimeSpan.FromMicroseconds(total.Processing - from.Processing), from.Since);
        });
    }

    internal static async Task<Dictionary<Channel, ChannelTotal>> SumAsync(NotificationDbContext db, CancellationToken cancellationToken)
    {
        var sums = await db.ChannelTotals.GroupBy(total => total.Channel).Select(group => new
        {
            Channel = group.Key,
            Count = group.Sum(total => total.Count),
            Success = group.Sum(total => total.Success),
            Exceeded = group.Sum(total => total.Exceeded),
            Processing = group.Sum(total => total.Processing)
        }).ToListAsync(cancellationToken);
        return Enum.GetValues<Channel>().ToDictionary(channel => channel, channel => sums.Find(sum => sum.Channel == channel) is { } sum
            ? new ChannelTotal { Channel = channel, Shard = 0, Count = sum.Count, Success = sum.Success, Exceeded = sum.Exceeded, Processing = sum.Processing }
            : new ChannelTotal { Channel = channel, Shard = 0 });
    }

    async Task<Dictionary<Channel, Percentiles?>> RecentAsync(CancellationToken cancellationToken)
    {
        var from = Minutes.Of(clock.GetUtcNow() - Recent);
        var counts = await db.MinuteLatencies.Where(latency => latency.Minute >= from).GroupBy(latency => new { latency.Channel, latency.Bucket })
            .Select(group => new { group.Key.Channel, group.Key.Bucket, Count = group.Sum(latency => latency.Count) }).ToListAsync(cancellationToken);
        return Enum.GetValues<Channel>().ToDictionary(channel => channel, channel =>
            Percentiles.Of(counts.Where(x => x.Channel == channel).ToDictionary(x => x.Bucket, x => x.Count)));
    }

    async Task<List<WorkspaceFigures>> WorkspacesAsync(List<string> ids, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var figures = await db.WorkspaceFigures.AsNoTracking().Where(figure => ids.Contains(figure.WorkspaceId)).ToListAsync(cancellationToken);
        var entries = await db.Exceedances.AsNoTracking().Where(entry => ids.Contains(entry.WorkspaceId)).OrderByDescending(entry => entry.At)
            .ThenByDescending(entry => entry.ExceedanceId).ToListAsync(cancellationToken);
        return ids.ConvertAll(id => Figures.Workspace(id, figures, entries, now));
    }
}
