using System.Data;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>What the configurators were told. One instance for each DbContext that has an outbox.</summary>
sealed class OutboxSettings<TDbContext>
    where TDbContext : DbContext
{
    public TimeSpan DuplicateDetectionWindow { get; set; } = TimeSpan.FromMinutes(30);
    public IsolationLevel IsolationLevel { get; set; } = IsolationLevel.ReadCommitted;
    public ILockStatementProvider LockStatementProvider { get; set; } = new SqlServerLockStatementProvider();
    public TimeSpan QueryDelay { get; set; } = TimeSpan.FromSeconds(5);
    public int QueryMessageLimit { get; set; } = 100;
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromSeconds(30);
    public int MessageDeliveryLimit { get; set; } = 100;
    public TimeSpan MessageDeliveryTimeout { get; set; } = TimeSpan.FromSeconds(10);
    public bool DeliversBusOutbox { get; set; }

    /// <summary>
    /// A consumer's messages belong to the process that consumed, by a lease: when it has not been renewed for this long, that process is taken for dead.
    /// Twice the time that one message may take, so the two do not meet in ordinary life.
    /// </summary>
    public TimeSpan RecoveryAge => 2 * MessageDeliveryTimeout;

    /// <summary>So often the lease of a delivery that is under way is renewed. Three may fail before it is lost.</summary>
    public TimeSpan RenewalPause => RecoveryAge / 4;

    public void Validate()
    {
        AtLeast(DuplicateDetectionWindow, TimeSpan.FromSeconds(1), nameof(DuplicateDetectionWindow));
        AtLeast(QueryDelay, TimeSpan.FromMilliseconds(10), nameof(QueryDelay));
        AtLeast(QueryTimeout, TimeSpan.FromSeconds(1), nameof(QueryTimeout));
        AtLeast(MessageDeliveryTimeout, TimeSpan.FromMilliseconds(10), nameof(MessageDeliveryTimeout));
        AtLeast(QueryMessageLimit, 1, nameof(QueryMessageLimit));
        AtLeast(MessageDeliveryLimit, 1, nameof(MessageDeliveryLimit));
    }

    static void AtLeast<T>(T value, T least, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0)
            throw new ConfigurationException($"{name} of the outbox must be at least {least}, but is {value}");
    }
}
