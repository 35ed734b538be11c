using Billing.Notification.Metrics;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Reporting;

/// <summary>What is reset: everything, one channel, or one workspace.</summary>
public abstract record ResetScope
{
    ResetScope() { }

    public sealed record All : ResetScope;

    public sealed record OneChannel(Channel Channel) : ResetScope;

    public sealed record OneWorkspace(string WorkspaceId) : ResetScope;

    public string Name => this switch { All => "all", OneChannel one => one.Channel == Channel.Email ? "email" : "sms", _ => "workspace" };
}

/// <summary>Sets the figures of a scope to zero, and records who did.</summary>
sealed class FigureResets(NotificationDbContext db, IBulkWriter bulk, TimeProvider clock, ILogger<FigureResets> log)
{
    /// <summary>Channels that have no baseline yet count from now.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken) =>
        await bulk.InsertNewAsync(db, [.. Enum.GetValues<Channel>().Select(channel => new FigureBaseline { Channel = channel, Since = clock.GetUtcNow() })],
            cancellationToken);

    public async Task<FigureReset> ResetAsync(ResetScope scope, string by, CancellationToken cancellationToken)
    {
        var reset = new FigureReset
        {
            ResetId = Guid.CreateVersion7(),
            At = clock.GetUtcNow(),
            By = by,
            Scope = scope.Name,
            WorkspaceId = (scope as ResetScope.OneWorkspace)?.WorkspaceId
        };
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        switch (scope)
        {
            case ResetScope.All:
                await ResetAsync(Enum.GetValues<Channel>(), reset.At, cancellationToken);
                break;
            case ResetScope.OneChannel one:
                await ResetAsync([one.Channel], reset.At, cancellationToken);
                break;
            case ResetScope.OneWorkspace workspace:
                await ClearAsync(db.WorkspaceFigures.Where(figure => figure.WorkspaceId == workspace.WorkspaceId),
                    db.Exceedances.Where(entry => entry.WorkspaceId == workspace.WorkspaceId), cancellationToken);
                break;
        }

        await bulk.InsertAsync(db, [reset], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        log.FiguresReset(reset.Scope, reset.WorkspaceId, by);
        return reset;
    }

    /// <summary>The rows that others add to stay as they are. Figures are told from the baseline that is set here.</summary>
    async Task ResetAsync(Channel[] channels, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var channel in channels)
        {
            await db.FigureBaselines.Where(baseline => baseline.Channel == channel).ForUpdate().LoadAsync(cancellationToken);       // one reset after the other
            var sum = (await FigureReader.SumAsync(db, cancellationToken))[channel];
            await bulk.UpdateAsync(db,
                [new FigureBaseline
                {
                    Channel = channel,
                    Since = now,
                    Count = sum.Count,
                    Success = sum.Success,
                    Exceeded = sum.Exceeded,
                    Processing = sum.Processing
                }],
                baseline => new { baseline.Since, baseline.Count, baseline.Success, baseline.Exceeded, baseline.Processing }, cancellationToken);
            await ClearAsync(db.WorkspaceFigures.Where(figure => figure.Channel == channel), db.Exceedances.Where(entry => entry.Channel == channel),
                cancellationToken);
        }
    }

    /// <summary>The window of alerts goes on, so a reset causes no second alert.</summary>
    static async Task ClearAsync(IQueryable<WorkspaceFigure> figures, IQueryable<ExceedanceEntry> entries, CancellationToken cancellationToken)
    {
        await figures.ExecuteUpdateAsync(set =>
            set.SetProperty(figure => figure.Count, 0).SetProperty(figure => figure.LastExceeded, (DateTimeOffset?)null), cancellationToken);
        await entries.ExecuteDeleteAsync(cancellationToken);
    }
}
