using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Close.Running;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>Reads of a month by a scope of their own. They rest for the sake of the machine, so by its own time.</summary>
abstract class SharedReadsOfBooks<T>(IServiceScopeFactory scopes, IHostApplicationLifetime host) : SharedReads<T>(host, TimeProvider.System)
    where T : class
{
    protected abstract Task<T?> ReadAsync(IServiceProvider services, BillingPeriod period, CancellationToken cancellationToken);

    protected sealed override async Task<T?> ReadAsync(BillingPeriod period, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await ReadAsync(scope.ServiceProvider, period, cancellationToken);
    }

    protected sealed override async Task<bool> IsMonthClosingAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<MonthCloseDbContext>().Runs
            .AnyAsync(run => MonthCloseRun.UnderWay.Contains(run.CurrentState), cancellationToken);
    }
}
