using System.Diagnostics.Metrics;
using Billing.Hosting.Work;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Collect.Collecting;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>
/// The figure <c>billing_sagas</c>, by saga and state: runs, the chunks of runs that have not ended, and the collections and inquiries that have not. What has
/// ended piles up, and is not counted but for the runs, of which there is one a month.
/// </summary>
sealed class SagaGauges : PeriodicWork
{
    static readonly string[] Ended = [nameof(MonthCloseRun.Succeeded), nameof(MonthCloseRun.Completed), nameof(MonthCloseRun.Cancelled)];

    /// <summary>States that need somebody: they are shown with 0 as well.</summary>
    static readonly (string Saga, string State, int Count)[] Provable =
    [
        ("run", nameof(MonthCloseRun.Halted), 0), ("chunk", nameof(ChunkPipeline.Halted), 0), ("collection", nameof(Collection.NeedsAttention), 0),
        ("charge-inquiry", nameof(ChargeInquiry.Unresolved), 0)
    ];

    readonly IServiceScopeFactory _scopes;
    IReadOnlyList<(string Saga, string State, int Count)> _counts = [];

    public SagaGauges(IServiceScopeFactory scopes, DatabaseReadiness database, TimeProvider clock, IMeterFactory meters, ILogger<SagaGauges> log)
        : base(database, clock, log)
    {
        _scopes = scopes;
        meters.Create("Billing.MonthClose").CreateObservableGauge("billing.sagas", Read,
            description: "Runs, and chunks, collections and inquiries that have not ended, by state");
    }

    /// <summary>30 s: each count reads an index of what has not ended.</summary>
    protected override TimeSpan Period { get; } = TimeSpan.FromSeconds(30);

    protected override async Task PassAsync(CancellationToken stopping)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MonthCloseDbContext>();
        var open = await db.Runs.Where(run => !Ended.Contains(run.CurrentState)).Select(run => run.CorrelationId).ToListAsync(stopping);
        Volatile.Write(ref _counts,
        [
            .. await CountAsync("run", db.Runs.Select(run => run.CurrentState), stopping),
            .. await CountAsync("chunk", db.Chunks.Where(chunk => open.Contains(chunk.RunId)).Select(chunk => chunk.CurrentState), stopping),
            .. await CountAsync("collection", db.Collections.Where(one => one.CurrentState != nameof(Collection.Paid)
                && one.CurrentState != nameof(Collection.Ended)).Select(one => one.CurrentState), stopping),
            .. await CountAsync("charge-inquiry", db.ChargeInquiries.Where(one => one.CurrentState != nameof(ChargeInquiry.Known))
                .Select(one => one.CurrentState), stopping)
        ]);
    }

    IEnumerable<Measurement<int>> Read() => Volatile.Read(ref _counts).Concat(Provable.Where(zero => !_counts.Any(
        one => (one.Saga, one.State) == (zero.Saga, zero.State)))).Select(one => new Measurement<int>(one.Count,
        new KeyValuePair<string, object?>("saga", one.Saga), new KeyValuePair<string, object?>("state", one.State)));

    static async Task<IEnumerable<(string, string, int)>> CountAsync(string saga, IQueryable<string> states, CancellationToken stopping) =>
        (await states.GroupBy(state => state).Select(state => new { state.Key, Count = state.Count() }).ToListAsync(stopping))
            .Select(state => (saga, state.Key, state.Count));
}
