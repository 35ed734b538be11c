using Billing.Persistence;
using Billing.SeatRefresh.Refreshing;
using Billing.SeatRefresh.Slots;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Walking;

/// <summary>Wakes the walker of this process.</summary>
sealed class WalkBell : RefreshBell;

/// <summary>Walks while there is a walk to go on with. One process at a time takes each step; a dead one is followed at once.</summary>
sealed class WalkKeeper(IServiceScopeFactory scopes, WalkBell bell, IOptions<RefreshOptions> options, TimeProvider clock, ILogger<WalkKeeper> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await StepAsync(stoppingToken))
                    stoppingToken.ThrowIfCancellationRequested();
                await bell.WaitAsync(options.Value.LookEvery, clock, stoppingToken);
            }
            catch (Exception away) when (!stoppingToken.IsCancellationRequested)
            {
                log.RefreshInterrupted(away);       // the database is away, and readiness says so
                await bell.WaitAsync(options.Value.LookEvery, clock, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
    }

    async Task<bool> StepAsync(CancellationToken stopping)
    {
        try
        {
            return await scopes.InTransactionAsync(services => services.GetRequiredService<WalkStep>().TakeAsync(stopping), stopping);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested && !Failure.IsTheDatabaseAway(failure))
        {
            return await scopes.InTransactionAsync(services => services.GetRequiredService<WalkStep>().AvoidAsync(failure.GetBaseException().Message, stopping), stopping);
        }
    }

    /// <summary>What walks a tick begins. One that is under way still goes on instead.</summary>
    public static async Task BeginAsync(SeatRefreshDbContext db, IBulkWriter bulk, DateTimeOffset dueAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var settings = await SlotBook.SettingsAsync(db, cancellationToken);
        var underWay = await db.Walks.Where(walk => walk.DoneAt == null).Select(walk => walk.Way).ToListAsync(cancellationToken);
        var ways = new List<(RefreshWay Way, RefreshMode Mode)>();
        if (settings.Jobs == RefreshMode.Shadow)
            ways.Add((RefreshWay.Jobs, settings.Jobs));
        if (settings.Batch != RefreshMode.Off)
            ways.Add((RefreshWay.Batch, settings.Batch));
        await bulk.InsertNewAsync(db, ways.Where(one => !underWay.Contains(one.Way))
            .Select(one => new SeatWalk { Way = one.Way, Mode = one.Mode, DueAt = dueAt, StartedAt = now }).ToList(), cancellationToken);
        var old = now - Kept;
        await db.Walks.Where(walk => walk.DoneAt < old).ExecuteDeleteAsync(cancellationToken);
        await db.Differences.Where(difference => difference.DueAt < old).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Differences are there to be looked into, not for ever: 30 days.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromDays(30);
}
