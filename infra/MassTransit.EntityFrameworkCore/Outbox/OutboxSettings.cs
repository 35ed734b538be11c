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
    public bool UsesBusOutbox { get; set; }
    public bool DeliveryIsDisabled { get; set; }
    public bool DeliversBusOutbox => UsesBusOutbox && !DeliveryIsDisabled;

    /// <summary>
    /// A consumer's messages belong to the process that consumed, by a lease: when it has not been renewed for this long, that process is taken for dead.
    /// Twice the time that one message may take, so the two do not meet in ordinary life.
    /// </summary>
    public TimeSpan RecoveryAge => 2 * MessageDeliveryTimeout;

    /// <summary>So often the lease of a delivery that is under way is renewed. Three may fail before it is lost.</summary>
    public TimeSpan RenewalPause => RecoveryAge / 4;

    public void Validate()
    {
        OutboxLimits.Within(DuplicateDetectionWindow, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650), nameof(DuplicateDetectionWindow));
        OutboxLimits.Within(QueryDelay, TimeSpan.FromMilliseconds(10), OutboxLimits.LongestTimer, nameof(QueryDelay));
        OutboxLimits.Within(QueryTimeout, TimeSpan.FromSeconds(1), OutboxLimits.LongestTimer, nameof(QueryTimeout));
        OutboxLimits.Within(QueryMessageLimit, 1, int.MaxValue, nameof(QueryMessageLimit));
        OutboxLimits.CheckDelivery(MessageDeliveryLimit, MessageDeliveryTimeout);
        OutboxLimits.Check(IsolationLevel);
        if (LockStatementProvider is null || (LockStatementProvider.GetType() != typeof(PostgresLockStatementProvider)
            && LockStatementProvider.GetType() != typeof(SqlServerLockStatementProvider)))
            throw new ConfigurationException("LockStatementProvider of the outbox must be that of PostgreSQL or SQL Server, because the outbox has statements "
                + $"of its own for these two, but is {LockStatementProvider?.GetType().Name ?? "null"}");
    }
}

/// <summary>Says no at start to what could not be honoured later.</summary>
static class OutboxLimits
{
    /// <summary>Timers go no further than 49 days.</summary>
    public static readonly TimeSpan LongestTimer = TimeSpan.FromDays(24);

    public static void CheckDelivery(int limit, TimeSpan timeout)
    {
        Within(limit, 1, int.MaxValue, nameof(IOutboxOptionsConfigurator.MessageDeliveryLimit));
        Within(timeout, TimeSpan.FromMilliseconds(10), LongestTimer / 2, nameof(IOutboxOptionsConfigurator.MessageDeliveryTimeout));
    }

    public static void Check(IsolationLevel level)
    {
        if (level is IsolationLevel.Chaos or IsolationLevel.Unspecified || !Enum.IsDefined(level))
            throw new ConfigurationException($"IsolationLevel must be one that the databases know, but is {level}");
    }

    public static void Within<T>(T value, T least, T most, string name)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            throw new ConfigurationException($"{name} of the outbox must be from {least} to {most}, but is {value}");
    }
}
