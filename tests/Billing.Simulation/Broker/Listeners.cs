using System.Reflection;
using MassTransit;
using MassTransit.Middleware;
using MassTransit.Transports;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Simulation.Broker;

/// <summary>The queues of a service and who listens to them: every consumer and every saga of its assembly, as it is registered.</summary>
sealed class Listeners
{
    readonly Dictionary<string, IReceiveEndpointDispatcher> _endpoints = [];
    readonly IServiceProvider _provider;
    readonly IEndpointNameFormatter _names;

    public Listeners(IServiceProvider provider, IEndpointNameFormatter names, Assembly service)
    {
        (_provider, _names) = (provider, names);
        var factory = new ReceiveEndpointDispatcherFactory(provider.GetRequiredService<IBusRegistrationContext>(), provider.GetRequiredService<IBusInstance>());
        Subscriptions = [.. Endpoints(factory, service)];
    }

    public IReadOnlyList<Subscription> Subscriptions { get; }

    public Task DispatchAsync(Delivery delivery) => _endpoints[delivery.Queue].Dispatch(
        MessageBroker.Bytes(delivery), new Dictionary<string, object> { ["Content-Type"] = delivery.ContentType }, CancellationToken.None);

    IEnumerable<Subscription> Endpoints(ReceiveEndpointDispatcherFactory factory, Assembly service)
    {
        foreach (var type in service.GetTypes().Where(type => type is { IsAbstract: false, IsInterface: false }))
        {
            if (typeof(IConsumer).IsAssignableFrom(type) && type.GetInterfaces() is var interfaces)
                yield return Listen(factory, nameof(factory.CreateConsumerReceiver), type, QueueOf(nameof(_names.Consumer), type),
                    interfaces.Select(one => MessageOf(one, typeof(IConsumer<>))).OfType<Type>());
            else if (typeof(StateMachine).IsAssignableFrom(type))
            {
                var machine = (StateMachine)ActivatorUtilities.GetServiceOrCreateInstance(_provider, type);
                var saga = type.BaseType!.GenericTypeArguments[0];
                yield return Listen(factory, nameof(factory.CreateSagaReceiver), saga, QueueOf(nameof(_names.Saga), saga),
                    machine.Events.SelectMany(one => one.GetType().GetInterfaces()).Select(one => MessageOf(one, typeof(Event<>))).OfType<Type>());
            }
        }
    }

    /// <summary>The message in <c>IConsumer&lt;T&gt;</c> or <c>Event&lt;T&gt;</c>; null when it is something else.</summary>
    static Type? MessageOf(Type type, Type generic) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == generic ? type.GenericTypeArguments[0] : null;

    string QueueOf(string method, Type type) =>
        (string)typeof(IEndpointNameFormatter).GetMethod(method, BindingFlags.Public | BindingFlags.Instance)!.MakeGenericMethod(type).Invoke(_names, null)!;

    Subscription Listen(ReceiveEndpointDispatcherFactory factory, string method, Type type, string queue, IEnumerable<Type> messages)
    {
        var create = typeof(ReceiveEndpointDispatcherFactory).GetMethod(method)!.MakeGenericMethod(type);
        var endpoint = (IReceiveEndpointDispatcher)create.Invoke(factory, [queue])!;
        _endpoints[queue] = endpoint;
        return new Subscription(queue, messages.Select(message => MessageUrn.ForTypeString(message)).ToHashSet());
    }
}
