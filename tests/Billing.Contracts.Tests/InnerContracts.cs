using System.Reflection;
using MassTransit;

namespace Billing.Contracts.Tests;

/// <summary>
/// What the parts of a service say to each other, and what its sagas remember. Nobody else hears it, but a message that an old process sent is read by a new
/// one, and the other way round, while a deploy goes on.
/// </summary>
static class InnerContracts
{
    static readonly Assembly[] Services =
    [
        typeof(Billing.MonthClose.Close.Running.MonthCloseRun).Assembly, typeof(Billing.Notification.Channel).Assembly,
        typeof(Billing.SeatRefresh.Refreshing.SeatsAreDue).Assembly, typeof(Billing.Scheduler.Schedules.Misfire).Assembly
    ];

    /// <summary>Messages, their parts, and the states of sagas.</summary>
    public static IReadOnlyList<Contract> All { get; } =
        [.. WithParts(Services.SelectMany(service => service.GetTypes()).SelectMany(type => HeardBy(type).Concat(StateOf(type))))
            .Where(type => type.Assembly != typeof(ConfidentialAttribute).Assembly)
            .OrderBy(type => type.FullName, StringComparer.Ordinal).Select(type => new Contract(type))];

    /// <summary>The consumer of each message; who hears of a failure is left out. Of what all services hear, that of the service that says it.</summary>
    public static IReadOnlyDictionary<Type, Type> Consumers { get; } = Services.SelectMany(service => service.GetTypes())
        .SelectMany(type => ConsumedBy(type).Where(message => !message.IsGenericType).Select(message => (Message: message, Consumer: type)))
        .DistinctBy(pair => pair.Message).ToDictionary(pair => pair.Message, pair => pair.Consumer);

    static IEnumerable<Type> HeardBy(Type type) => ConsumedBy(type)
        .Concat(type.IsAssignableTo(typeof(StateMachine)) ? type.GetProperties().SelectMany(property => HeardByMachine(property.PropertyType)) : [])
        .Select(message => message.IsGenericType && message.GetGenericTypeDefinition() == typeof(Fault<>) ? message.GetGenericArguments()[0] : message);

    /// <summary>An event of the machine, or what its timer says when it is due.</summary>
    static IEnumerable<Type> HeardByMachine(Type member) =>
        member.IsGenericType && (member.GetGenericTypeDefinition() == typeof(Event<>) || member.GetGenericTypeDefinition() == typeof(Schedule<,>))
            ? [member.GetGenericArguments()[^1]] : [];

    static IEnumerable<Type> ConsumedBy(Type type) => type.IsAbstract ? [] : type.GetInterfaces()
        .Where(side => side.IsGenericType && side.GetGenericTypeDefinition() == typeof(IConsumer<>))
        .Select(side => side.GetGenericArguments()[0])
        .Select(message => message.IsGenericType && message.GetGenericTypeDefinition() == typeof(Batch<>) ? message.GetGenericArguments()[0] : message);

    static IEnumerable<Type> StateOf(Type type) =>
        type is { IsAbstract: false, IsClass: true } && type.IsAssignableTo(typeof(SagaStateMachineInstance)) ? [type] : [];

    static HashSet<Type> WithParts(IEnumerable<Type> messages)
    {
        var (found, open) = (new HashSet<Type>(), new Stack<Type>(messages));
        while (open.TryPop(out var type))
        {
            if (!found.Add(type))
                continue;
            foreach (var part in type.IsEnum ? [] : Contract.Members(type).SelectMany(member => PartsOf(member.PropertyType)))
                open.Push(part);
        }

        return found;
    }

    static IEnumerable<Type> PartsOf(Type type) =>
        type.IsArray ? PartsOf(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(PartsOf)
        : type.Namespace?.StartsWith("Billing.", StringComparison.Ordinal) == true ? [type] : [];
}
