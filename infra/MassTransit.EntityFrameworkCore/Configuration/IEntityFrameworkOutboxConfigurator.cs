using System.Data;
using MassTransit.EntityFrameworkCoreIntegration;

namespace MassTransit;

public interface IEntityFrameworkOutboxConfigurator : ITransactionalOutboxConfigurator
{
    /// <summary>How long a consumed message is remembered, so that its repeat is passed over. Default 30 minutes, from 1 second up.</summary>
    TimeSpan DuplicateDetectionWindow { set; }

    /// <summary>Isolation of the one transaction of a message. Default ReadCommitted: the inbox row's unique key settles races, not isolation.</summary>
    IsolationLevel IsolationLevel { set; }

    ILockStatementProvider LockStatementProvider { set; }

    /// <summary>Pause between two looks for messages that nobody announced. Default 5 seconds: announced ones are sent at once.</summary>
    TimeSpan QueryDelay { set; }

    /// <summary>Transactions that the delivery takes at a time. Default 100, from 1 up.</summary>
    int QueryMessageLimit { set; }

    /// <summary>Limit of one round of the delivery against the database. Default 30 seconds.</summary>
    TimeSpan QueryTimeout { set; }

    void DisableInboxCleanupService();

    /// <summary>Messages sent or published outside a consumer are written down in the DbContext and leave after its commit.</summary>
    void UseBusOutbox(Action<IEntityFrameworkBusOutboxConfigurator>? configure = null);
}
