using Billing.Hosting.Work;
using Billing.Persistence;
using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Walking;

/// <summary>Wakes the walk worker of this process.</summary>
sealed class WalkSignal : WakeSignal;

/// <summary>Takes the steps of the walks that are under way. Each step is taken by one process; when that process dies, another goes on at once.</summary>
sealed class WalkWorker(
    DatabaseReadiness database, Transactions<SeatRefreshDbContext> transactions, WalkSignal signal, TimeBound bound, IOptions<RefreshOptions> options,
    TimeProvider clock, ILogger<WalkWorker> log)
    : PeriodicWork(database, clock, log, signal)
{
    protected override TimeSpan Period => options.Value.LookEvery;

    protected override async Task PassAsync(CancellationToken stopping)
    {
        while (await StepAsync(stopping))
            stopping.ThrowIfCancellationRequested();
    }

    async Task<bool> StepAsync(CancellationToken stopping)
    {
        try
        {
            return await transactions.RunAsync(services => services.GetRequiredService<WalkStep>().TakeAsync(stopping), stopping);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested && !DatabaseAway.Is(failure))
        {
            var reason = bound.ReasonOf(failure);
            return await transactions.RunAsync(services => services.GetRequiredService<WalkStep>().AvoidAsync(reason, stopping), stopping);
        }
    }
}
