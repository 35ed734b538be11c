using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Persistence;

/// <summary>
/// Transactions on the service's own database, each in a scope of its own. For work that must not hold a lock while it waits for someone else: it writes
/// before and after, each time all or nothing, and what it publishes leaves with the commit.
/// </summary>
public sealed class Transactions<TDbContext>(IServiceScopeFactory scopes)
    where TDbContext : DbContext
{
    public Task<T> RunAsync<T>(Func<TDbContext, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(services => work(services.GetRequiredService<TDbContext>()), cancellationToken);

    public async Task<T> RunAsync<T>(Func<IServiceProvider, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDbContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var result = await work(scope.ServiceProvider);
        var outbox = scope.ServiceProvider.OutboxTransaction(db);
        await (outbox?.SaveAsync(cancellationToken) ?? db.SaveChangesAsync(cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        outbox?.Committed();
        return result;
    }
}
