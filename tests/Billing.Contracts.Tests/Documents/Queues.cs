using MassTransit;

namespace Billing.Contracts.Tests.Documents;

/// <summary>Where a command lies until its service takes it, and where it waits when it was refused.</summary>
static class Queues
{
    static readonly Dictionary<string, string> Services = new(StringComparer.Ordinal)
    {
        ["Billing.MonthClose"] = "month-close",
        ["Billing.Notification"] = "notification",
        ["Billing.SeatRefresh"] = "seat-refresh",
        ["Billing.Scheduler"] = "scheduler"
    };

    /// <summary>The queue of the consumer of this message, as the bus names it; null when no service hears it.</summary>
    public static string? Of(Type message)
    {
        if (!InnerContracts.Consumers.TryGetValue(message, out var consumer))
            return null;
        var names = new KebabCaseEndpointNameFormatter(Services[consumer.Assembly.GetName().Name!], false);
        return (string)typeof(IEndpointNameFormatter).GetMethod(nameof(IEndpointNameFormatter.Consumer))!.MakeGenericMethod(consumer).Invoke(names, [])!;
    }
}
