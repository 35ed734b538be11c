using Billing.Persistence;

namespace Billing.SeatRefresh;

/// <summary>Transactions on this service's own database.</summary>
static class Transactions
{
    public static Task<T> InTransactionAsync<T>(this IServiceScopeFactory scopes, Func<SeatRefreshDbContext, Task<T>> work, CancellationToken cancellationToken) =>
        scopes.InTransactionAsync(services => work(services.GetRequiredService<SeatRefreshDbContext>()), cancellationToken);

    public static Task<T> InTransactionAsync<T>(this IServiceScopeFactory scopes, Func<IServiceProvider, Task<T>> work, CancellationToken cancellationToken) =>
        scopes.InTransactionAsync<SeatRefreshDbContext, T>(work, cancellationToken);
}
