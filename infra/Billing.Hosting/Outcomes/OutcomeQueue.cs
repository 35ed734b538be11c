using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace Billing.Hosting.Outcomes;

/// <summary>
/// The queue of the outcomes that nobody named a queue for. It is for looking: it keeps the newest for a while, and nobody has to read it.
/// </summary>
static class OutcomeQueue
{
    public const string Name = "outcomes";

    /// <summary>The newest 10,000: more than anybody reads, and some megabytes.</summary>
    const int Longest = 10_000;

    static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>Of the same type as all others: in a cluster it is there as long as two nodes of three are.</summary>
    static readonly Dictionary<string, object?> Arguments = new()
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = 100,     // looks: RabbitMQ 4 would set a message aside after 20
        ["x-max-length"] = Longest,
        ["x-message-ttl"] = (long)KeptFor.TotalMilliseconds,
        ["x-overflow"] = "drop-head",
    };

    static readonly ConditionalWeakTable<IConnection, Task> Declared = [];

    /// <summary>Makes it before the first message of an endpoint is taken, once for each connection.</summary>
    public static void DeclareOutcomes(this IRabbitMqReceiveEndpointConfigurator endpoint) =>
        endpoint.ConfigureChannel(channel => channel.UseFilter(new DeclaringFilter()));

    sealed class DeclaringFilter : IFilter<ChannelContext>
    {
        public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
        {
            await Declared.GetValue(context.ConnectionContext.Connection, connection => DeclareAsync(connection));
            await next.Send(context);
        }

        /// <summary>On a channel of its own: one that is refused, because somebody made the queue with other bounds, is closed by the broker.</summary>
        static async Task DeclareAsync(IConnection connection)
        {
            try
            {
                await using var channel = await connection.CreateChannelAsync();
                await channel.QueueDeclareAsync(Name, durable: true, exclusive: false, autoDelete: false, Arguments);
            }
            catch (Exception exception)
            {
                LogContext.Warning?.Log(exception, "The queue {Queue} could not be made; outcomes without a reply address are lost", Name);
            }
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("outcome-queue");
    }
}
