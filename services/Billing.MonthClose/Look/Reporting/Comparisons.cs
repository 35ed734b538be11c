using System.Diagnostics;
using Billing.MonthClose.Books.Calendar;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>
/// Comparisons of a month with the gateway's record, which reads all of it: one of a month at a time in this process. Who asks while one is under way has the
/// next one, together with all who ask until it begins; so nobody has an answer that began before he asked, and a hundred who ask cost two. After a long one
/// the next begins no sooner than as much time has passed again: a run beside it has at least half of what it takes.
/// </summary>
sealed class Comparisons(IServiceScopeFactory scopes, IHostApplicationLifetime host)
{
    /// <summary>A month of a million payments takes some minutes to list, 100 of them in a page.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>A comparison that took less is followed by another at once.</summary>
    static readonly TimeSpan Short = TimeSpan.FromSeconds(5);

    static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    readonly Dictionary<int, Month> _months = [];

    /// <returns>Null when the month was never closed.</returns>
    /// <exception cref="HttpRequestException">The gateway's record cannot be read.</exception>
    public Task<ReconciliationView?> OfAsync(BillingPeriod period, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_months.TryGetValue(period.Number, out var month))
                _months.Add(period.Number, month = new Month());
            month.Next ??= CompareAfterAsync(month, month.Last, period);
            return month.Next.WaitAsync(cancellationToken);
        }
    }

    async Task<ReconciliationView?> CompareAfterAsync(Month month, Task before, BillingPeriod period)
    {
        await Task.WhenAny(before);     // how it ended is told to those who asked for it
        await Task.Yield();
        await RestAsync(month);
        lock (_gate)
            (month.Last, month.Next) = (month.Next!, null);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(host.ApplicationStopping);
        bound.CancelAfter(Longest);
        await using var scope = scopes.CreateAsyncScope();
        var began = Stopwatch.GetTimestamp();
        try
        {
            return await scope.ServiceProvider.GetRequiredService<Reconciliation>().OfAsync(period, bound.Token);
        }
        finally
        {
            (month.Took, month.Ended) = (Stopwatch.GetElapsedTime(began), Stopwatch.GetTimestamp());
        }
    }

    /// <summary>By the machine's own time: it is the machine that rests.</summary>
    async Task RestAsync(Month month)
    {
        var rest = (month.Took < LongestRest ? month.Took : LongestRest) - Stopwatch.GetElapsedTime(month.Ended);
        if (month.Took > Short && rest > TimeSpan.Zero)
            await Task.Delay(rest, TimeProvider.System, host.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    sealed class Month
    {
        /// <summary>The one that is under way, or was the last.</summary>
        public Task Last { get; set; } = Task.CompletedTask;

        /// <summary>The one that has not begun.</summary>
        public Task<ReconciliationView?>? Next { get; set; }

        /// <summary>How long the last one took.</summary>
        public TimeSpan Took { get; set; }

        /// <summary>When it ended, in ticks of the machine.</summary>
        public long Ended { get; set; }
    }
}
