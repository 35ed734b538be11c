using Billing.Hosting.Restoring;
using Billing.MonthClose.Books.Brakes;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Close.Running;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.MonthClose.Close.Charging;

/// <summary>
/// Says whether a run may charge. It is asked before each charge, and looks at most five times a second: a pause is heeded within that time, whoever asked
/// for it. Brakes are looked at by who charges, so they need no clock of their own: while nothing is charged, nothing can get worse.
/// </summary>
sealed class PauseWatch(Transactions<MonthCloseDbContext> transactions, Restorations<MonthCloseDbContext> restorations, TimeProvider clock)
{
    /// <summary>A person's "stop" is to be heeded within a second; a look costs a few small reads.</summary>
    static readonly TimeSpan Age = TimeSpan.FromMilliseconds(200);

    /// <summary>Begins to watch a run, with a first look.</summary>
    public async Task<ChargingLeave> OpenAsync(Guid runId, CancellationToken cancellationToken)
    {
        var leave = new ChargingLeave(this, runId);
        await leave.HoldsAsync(cancellationToken);
        return leave;
    }

    /// <summary>The leave of one step to charge. Once it is withdrawn it does not come back: the step is asked for again.</summary>
    public sealed class ChargingLeave(PauseWatch watch, Guid runId) : IDisposable
    {
        readonly SemaphoreSlim _one = new(1);
        long? _lookedAt;
        volatile bool _withdrawn;

        public bool IsWithdrawn => _withdrawn;

        public async ValueTask<bool> HoldsAsync(CancellationToken cancellationToken)
        {
            if (_withdrawn || IsFresh)
                return !_withdrawn;
            await _one.WaitAsync(cancellationToken);
            try
            {
                if (!_withdrawn && !IsFresh)
                {
                    _withdrawn = await watch.IsStoppedAsync(runId, cancellationToken);
                    _lookedAt = watch._clock.GetTimestamp();
                }
            }
            finally
            {
                _one.Release();
            }

            return !_withdrawn;
        }

        public void Dispose() => _one.Dispose();

        bool IsFresh => _lookedAt is { } at && watch._clock.GetElapsedTime(at) < Age;
    }

    readonly TimeProvider _clock = clock;

    Task<bool> IsStoppedAsync(Guid runId, CancellationToken cancellationToken) => transactions.RunAsync(async services =>
    {
        var db = services.GetRequiredService<MonthCloseDbContext>();
        if (await restorations.LastAsync(db, cancellationToken) is { ReleasedAt: null } restored)
        {
            await PauseAsync(services, db, runId, restored, cancellationToken);
            return true;
        }

        if (await db.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.CorrelationId == runId, cancellationToken) is not { } run)
            return false;
        if (run.PausedAt is not null)
            return true;
        // A run that has ended has no brakes: what its collections do weeks later is no reason to stop it, and there is nobody who would resume it.
        if (!MonthCloseRun.UnderWay.Contains(run.CurrentState))
            return false;
        var brakes = services.GetRequiredService<BrakeReader>();
        var limits = await brakes.LimitsAsync(cancellationToken);
        var reading = (await brakes.ReadAsync(run, limits, cancellationToken)).Since(BrakeReader.FromOf(run));
        if (reading.Against(limits).FirstOrDefault(brake => brake.Trips) is not { } tripped)
            return false;
        await services.GetRequiredService<IPublishEndpoint>().Publish(new StopCharges(runId, $"{tripped.InWords}; the brake {tripped.Name} is set to "
            + FormattableString.Invariant($"{tripped.Limit}."), RequestedBy: null, run.Attempt)
        {
            Brake = tripped.Name,
            Currency = tripped.Currency,
            Limit = tripped.Limit,
            Seen = tripped.Now
        }, cancellationToken);
        return true;
    }, cancellationToken);

    /// <summary>The books are older than what the gateway took: the run waits for a person, as after a brake.</summary>
    internal static async Task PauseAsync(
        IServiceProvider services, MonthCloseDbContext db, Guid runId, Restoration restored, CancellationToken cancellationToken)
    {
        if (await db.Runs.AnyAsync(run => run.CorrelationId == runId && run.PausedAt == null, cancellationToken))
            await services.GetRequiredService<IPublishEndpoint>().Publish(new StopCharges(runId,
                $"The books were brought back from a backup of {restored.TakenAt:u}. Look at what differs (./billing restored), then release them.",
                RequestedBy: "restore"), cancellationToken);
    }
}
