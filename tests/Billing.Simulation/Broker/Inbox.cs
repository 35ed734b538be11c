using Billing.Simulation.Database;
using MassTransit.EntityFrameworkCoreIntegration;

namespace Billing.Simulation.Broker;

/// <summary>
/// Remembers what was consumed, when the consumer's transaction is committed. It forgets as the product's does, after half an hour. No table: one transaction
/// at a time is open, so nobody could see the row before.
/// </summary>
sealed class Inbox(Guards guards, TimeProvider clock)
{
    static readonly TimeSpan Window = TimeSpan.FromMinutes(30);

    readonly Dictionary<InboxKey, DateTimeOffset> _consumed = [];

    public void Reset() => _consumed.Clear();

    public bool IsNew(IConsumingContext db, InboxKey key)
    {
        if (!guards.Inbox)
            return true;
        if (_consumed.TryGetValue(key, out var at) && at >= clock.GetUtcNow() - Window)
            return false;
        db.Consumes = key;
        return true;
    }

    public void Committed(IConsumingContext db)
    {
        if (db.Consumes is { } key)
            _consumed[key] = clock.GetUtcNow();
    }
}
