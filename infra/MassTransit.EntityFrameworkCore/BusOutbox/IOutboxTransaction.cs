using MassTransit.DependencyInjection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>
/// A transaction outside a consumer, as its scope's outbox sees it. Who opens the transaction saves by it and says when it is committed; then many messages are
/// one statement, and they leave at once, without being read again.
/// </summary>
public interface IOutboxTransaction
{
    /// <summary>Is it in this context that its messages are written down?</summary>
    bool IsOf(DbContext db);

    /// <summary>Saves the changes of the scope's DbContext, and its messages with them.</summary>
    Task SaveAsync(CancellationToken cancellationToken);

    /// <summary>Sends what was saved. Call it after the commit; without it the sweeper sends it when the lease has run out.</summary>
    void Committed();
}

public static class OutboxTransactionExtensions
{
    /// <summary>Null where the context has no bus outbox, and inside a consumer, whose own outbox takes the messages.</summary>
    public static IOutboxTransaction? OutboxTransaction(this IServiceProvider scope, DbContext db) =>
        scope.GetService<IScopedBusContextProvider<IBus>>()?.Context is IOutboxTransaction outbox && outbox.IsOf(db) ? outbox : null;
}
