using Billing.MonthClose.Books.Calendar;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>
/// Comparisons of a month with the gateway's record, which reads all of it: one of a month at a time in this process. Who asks while one is under way has the
/// next one, together with all who ask until it begins; so nobody has an answer that began before he asked, and a hundred who ask cost two.
/// </summary>
sealed class Comparisons(IServiceScopeFactory scopes, IHostApplicationLifetime host)
{
    /// <summary>A month of a million payments takes some minutes to list, 100 of them in a page.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

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
        lock (_gate)
            (month.Last, month.Next) = (month.Next!, null);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(host.ApplicationStopping);
        bound.CancelAfter(Longest);
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Reconciliation>().OfAsync(period, bound.Token);
    }

    sealed class Month
    {
        /// <summary>The one that is under way, or was the last.</summary>
        public Task Last { get; set; } = Task.CompletedTask;

        /// <summary>The one that has not begun.</summary>
        public Task<ReconciliationView?>? Next { get; set; }
    }
}
