using Billing.Contracts.Notification.V1;
using Billing.Hosting.Identity;
using Billing.Hosting.Work;
using Billing.Limits;
using Billing.Notification.Limiting;
using Billing.Notification.Metrics;
using Billing.Notification.Settings;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Reporting;

/// <summary>
/// Each process shows the figures at <c>/metrics</c>, publishes alerts, records each minute's limit, and deletes what is too old. What two processes do at the
/// same time is done once.
/// </summary>
sealed class FigureUpkeep(
    DatabaseReadiness database, IServiceScopeFactory scopes, Transactions<NotificationDbContext> transactions, IBulkWriter bulk, IBus bus, FigureGauges gauges,
    IOptions<MetricsOptions> options, ISharedPermits permits, TimeProvider clock, ILogger<FigureUpkeep> log)
    : PeriodicWork(database, clock, log)
{
    /// <summary>Latencies serve the percentiles of the present, and a look back at today.</summary>
    static readonly TimeSpan KeepLatencies = TimeSpan.FromDays(1);

    DateTimeOffset _minute = DateTimeOffset.MinValue;

    protected override TimeSpan Period => options.Value.RefreshEvery;

    protected override async Task PassAsync(CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var minute = Minutes.Of(Clock.GetUtcNow());
        if (minute != _minute)
        {
            var db = services.GetRequiredService<NotificationDbContext>();
            await services.GetRequiredService<FigureResets>().BeginAsync(stopping);
            await RecordLimitsAsync(db, minute, stopping);
            await DeleteOldAsync(db, minute, stopping);
            _minute = minute;
        }

        await transactions.RunAsync(db => PublishAlertsAsync(db, stopping), stopping);
        gauges.Show(await services.GetRequiredService<FigureReader>().TotalAsync(stopping));
    }

    async Task RecordLimitsAsync(NotificationDbContext db, DateTimeOffset minute, CancellationToken cancellationToken)
    {
        var rows = await db.Set<PermitLimitRow>().AsNoTracking().ToListAsync(cancellationToken);
        await bulk.InsertNewAsync(db, [.. Enum.GetValues<Channel>().Select(channel =>
        {
            var limit = permits.Of(ChannelLimits.Sends(channel));
            var row = rows.Find(row => row.Name == limit.Name);
            var set = row.PermitsOr(limit.Configured);
            return new MinuteLimit { Channel = channel, Minute = minute, PerSecond = row?.Lowered < (set ?? int.MaxValue) ? row.Lowered : set };
        })], cancellationToken);
    }

    async Task DeleteOldAsync(NotificationDbContext db, DateTimeOffset minute, CancellationToken cancellationToken)
    {
        var (minutes, latencies) = (minute - options.Value.KeepMinutes, minute - KeepLatencies);
        await db.MinuteFigures.Where(figure => figure.Minute < minutes).ExecuteDeleteAsync(cancellationToken);
        await db.MinuteLimits.Where(limit => limit.Minute < minutes).ExecuteDeleteAsync(cancellationToken);
        await db.MinuteLatencies.Where(latency => latency.Minute < latencies).ExecuteDeleteAsync(cancellationToken);
        var day = DateOnly.FromDateTime((minute - options.Value.KeepWorkspaceLatencies).UtcDateTime);
        await db.WorkspaceLatencies.Where(latency => latency.Day < day).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>An alert is published, then marked as told: after a crash in between it is published twice, under the same id.</summary>
    async Task<int> PublishAlertsAsync(NotificationDbContext db, CancellationToken cancellationToken)
    {
        var alerts = await db.ExceedanceAlerts.AsNoTracking().Where(alert => alert.ToldAt == null).OrderBy(alert => alert.At).Take(100).ForUpdateSkipLocked()
            .ToListAsync(cancellationToken);
        foreach (var alert in alerts)
        {
            var told = new WorkspaceExceededTooOften
            {
                WorkspaceId = alert.WorkspaceId,
                Channel = alert.Channel.ToString(),
                Count = alert.Count,
                Since = alert.WindowFrom,
                At = alert.At,
                ErrorMessage = alert.ErrorMessage
            };
            await bus.Publish(told, context => context.MessageId = IdOf(alert), cancellationToken);
            log.ExceedsTooOften(alert.WorkspaceId, alert.Channel, alert.Count, alert.WindowFrom, alert.ErrorMessage);
            alert.ToldAt = Clock.GetUtcNow();
        }

        if (alerts.Count > 0)
            await bulk.UpdateAsync(db, alerts, alert => alert.ToldAt, cancellationToken);
        return alerts.Count;
    }

    static Guid IdOf(ExceedanceAlert alert) =>
        DeterministicGuid.Of($"exceedance-alert:{alert.WorkspaceId}:{alert.Channel}:{alert.WindowFrom.UtcTicks}");
}
