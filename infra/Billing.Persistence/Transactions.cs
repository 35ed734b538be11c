using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Persistence;

/// <summary>
/// A piece of work in a scope and a transaction of its own. For steps that must not hold a lock while they wait for someone else: they write
/// before and after, each time all or nothing, and what they publish leaves with the commit.
/// </summary>
public static class Transactions
{
    public static async Task<T> InTransactionAsync<TContext, T>(this IServiceScopeFactory scopes, Func<IServiceProvider, Task<T>> work,
        CancellationToken cancellationToken)
        where TContext : DbContext
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var result = await work(scope.ServiceProvider);
        await db.SaveChangesAsync(cancellationToken);       // the bus outbox keeps its messages in the context until here
        await transaction.CommitAsync(cancellationToken);
        return result;
    }
}
