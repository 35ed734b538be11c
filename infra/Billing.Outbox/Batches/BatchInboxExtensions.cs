using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Billing.Outbox;

public static class BatchInboxExtensions
{
    /// <summary>Adds <see cref="BatchInbox"/> for consumers of <c>Batch&lt;T&gt;</c>.</summary>
    public static void AddBatchInbox(this IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.TryAddSingleton(TimeProvider.System);
        bus.TryAddSingleton<BatchInbox>();
    }
}
