using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Outbox;

public static class MessageIdentityExtensions
{
    /// <summary>
    /// Derives an id for messages that come without one, such as plain JSON from a person, on every endpoint of the bus.
    /// May be called again to add rules.
    /// </summary>
    public static void AddMessageIdentity(this IBusRegistrationConfigurator bus, Action<MessageIdentityOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        var options = (MessageIdentityOptions?)bus.FirstOrDefault(x => x.ServiceType == typeof(MessageIdentityOptions))?.ImplementationInstance;
        if (options is null)
        {
            options = new MessageIdentityOptions();
            bus.AddSingleton(options);
            bus.AddConfigureEndpointsCallback((_, endpoint) => MessageIdentityObserver.Observe(endpoint, options));
        }

        configure?.Invoke(options);
    }
}
