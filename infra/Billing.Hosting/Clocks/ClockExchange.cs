using System.Text.Json;
using Billing.Hosting.Bus;
using RabbitMQ.Client;

namespace Billing.Hosting.Clocks;

/// <summary>
/// Where the owner of the test clock speaks to all processes. The exchange outlives them: that it is there says that this installation has a test clock, to
/// those as well that were started without one.
/// </summary>
static class ClockExchange
{
    public const string Name = "billing-test-clock";

    public static async Task<(IConnection Connection, IChannel Channel)> OpenAsync(RabbitMqSettings broker, string who, CancellationToken cancellationToken)
    {
        var connection = await broker.ConnectAsync(who, cancellationToken);
        try
        {
            var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await channel.ExchangeDeclareAsync(Name, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken);
            return (connection, channel);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public static ReadOnlyMemory<byte> Written<T>(T message) => JsonSerializer.SerializeToUtf8Bytes(message);

    public static T Read<T>(ReadOnlyMemory<byte> body) =>
        JsonSerializer.Deserialize<T>(body.Span) ?? throw new JsonException("a message of the test clock was null");
}
