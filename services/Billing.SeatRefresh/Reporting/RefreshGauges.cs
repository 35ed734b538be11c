using System.Diagnostics.Metrics;
using Billing.Hosting.Work;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Reporting;

/// <summary>How old the oldest count is, and how many subscriptions are due. Each is a look at the beginning of an index.</summary>
sealed class RefreshGauges : PeriodicWork
{
    const int Most = 10_000;

    readonly IServiceScopeFactory _scopes;
    double _oldest;
    double _due;

    public RefreshGauges(IServiceScopeFactory scopes, DatabaseReadiness database, TimeProvider clock, IMeterFactory meters, ILogger<RefreshGauges> log)
        : base(database, clock, log)
    {
        _scopes = scopes;
        var meter = meters.Create("Billing.SeatRefresh");
        meter.CreateObservableGauge("billing.seats.oldest_count", () => Volatile.Read(ref _oldest), unit: "s",
            description: "Age of the oldest count of a billable subscription; 0 when there is none");
        meter.CreateObservableGauge("billing.seats.due", () => Volatile.Read(ref _due),
            description: "Subscriptions that are due for a count; counted up to 10,000");
    }

    /// <summary>15 s, as often as metrics are read.</summary>
    protected override TimeSpan Period { get; } = TimeSpan.FromSeconds(15);

    protected override async Task PassAsync(CancellationToken stopping)
    {
        var now = Clock.GetUtcNow();
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SeatRefreshDbContext>();
        var oldest = await db.Subscriptions.Where(x => x.NextRefreshAt != null && x.LastSeatRefreshAt != null).OrderBy(x => x.LastSeatRefreshAt)
            .Select(x => x.LastSeatRefreshAt).FirstOrDefaultAsync(stopping);
        Volatile.Write(ref _oldest, oldest is { } at ? Math.Max(0, (now - at).TotalSeconds) : 0);
        Volatile.Write(ref _due, await db.Subscriptions.Where(x => x.NextRefreshAt <= now).OrderBy(x => x.NextRefreshAt).Take(Most).CountAsync(stopping));
    }
}
