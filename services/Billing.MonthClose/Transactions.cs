using Billing.Persistence;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.MonthClose;

/// <summary>Transactions on this service's own database.</summary>
static class Transactions
{
    public static Task<T> InTransactionAsync<T>(this IServiceScopeFactory scopes, Func<IServiceProvider, Task<T>> work, CancellationToken cancellationToken) =>
        scopes.InTransactionAsync<MonthCloseDbContext, T>(work, cancellationToken);
}
