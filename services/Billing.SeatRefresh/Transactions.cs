using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh;

/// <summary>A piece of work in a scope and a transaction of its own. What it publishes leaves with the commit.</summary>
static class Transactions
{
    public static Task<T> InTransactionAsync<T>(this IServiceScopeFactory scopes, Func<SeatRefreshDbContext, Task<T>> work, CancellationToken cancellationToken) =>
        scopes.InTransactionAsync(services => work(services.GetRequiredService<SeatRefreshDbContext>()), cancellationToken);

    public static async Task<T> InTransactionAsync<T>(this IServiceScopeFactory scopes, Func<IServiceProvider, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SeatRefreshDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var result = await work(scope.ServiceProvider);
        await db.SaveChangesAsync(cancellationToken);       // the bus outbox keeps its messages in the context until here
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
