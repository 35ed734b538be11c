using MassTransit;

namespace Billing.Console.Reading;

/// <summary>The broker lets the console make queues that begin so, and no other.</summary>
public sealed class ConsoleQueues : DefaultEndpointNameFormatter, IEndpointNameFormatter
{
    public static new readonly ConsoleQueues Instance = new();

    string IEndpointNameFormatter.TemporaryEndpoint(string tag) => $"{tag}-{NewId.NextGuid():N}";
}
