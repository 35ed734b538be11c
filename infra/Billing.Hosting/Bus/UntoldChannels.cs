using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Billing.Hosting.Bus;

/// <summary>
/// RabbitMQ.Client up to 7.2.2 tells the channels of a broken connection one after the other, and waits for each. A channel that is disposed of while messages
/// are being published never answers, because a semaphore that is disposed of releases nobody (rabbitmq-dotnet-client 1976). The channels behind it never learn
/// that the connection is gone: their consumers stay away, and what is sent through them waits for ever, although the bus looks alive. Here they are told.
/// The client has no public way to do that; a test notices when its inside changes.
/// </summary>
public static class UntoldChannels
{
    /// <summary>How often a look is taken whether the connection is open.</summary>
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>For the client to tell the channels by itself, which takes it milliseconds.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    static readonly FieldInfo? SessionManager = Field("RabbitMQ.Client.Framing.Connection", "_sessionManager");
    static readonly FieldInfo? SessionMap = Field("RabbitMQ.Client.Impl.SessionManager", "_sessionMap");
    static readonly MethodInfo? Close = Type("RabbitMQ.Client.Impl.ISession")?.GetMethod("CloseAsync", [typeof(ShutdownEventArgs), typeof(bool)]);

    /// <summary>One watch for each connection, however many endpoints share it.</summary>
    static readonly ConditionalWeakTable<IConnection, Task> Watches = [];

    /// <summary>False for a client of another make, with which this does nothing.</summary>
    public static bool IsPossible => SessionManager is not null && SessionMap is not null && Close is not null;

    /// <summary>Watches over the connections on which this endpoint consumes.</summary>
    public static void TellUntoldChannels(this IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        // not ConfigureConnection: MassTransit 8.5.12 never builds what is configured there
        endpoint.ConfigureChannel(channel => channel.UseFilter(new WatchFilter()));
    }

    /// <summary>Watches over all channels of a connection until it is closed.</summary>
    public static void Watch(IConnection connection)
    {
        if (IsPossible)
            _ = Watches.GetValue(connection, watched => Task.Run(() => TellWhenClosedAsync(watched)));
        else
            LogContext.Warning?.Log("RabbitMQ.Client is not one whose silent channels can be told; see UntoldChannels");
    }

    static async Task TellWhenClosedAsync(IConnection connection)
    {
        using var timer = new PeriodicTimer(Pace, TimeProvider.System); // the machine's time, not the business's
        while (connection.IsOpen)
            await timer.WaitForNextTickAsync();
        await Task.Delay(Patience, TimeProvider.System);

        // without the connection's own token: it is cancelled by now, and a channel would stop telling its consumers
        var cause = connection.CloseReason!;
        var reason = new ShutdownEventArgs(cause.Initiator, cause.ReplyCode, cause.ReplyText);
        var table = (IDictionary)SessionMap!.GetValue(SessionManager!.GetValue(connection))!;
        object[] sessions;
        lock (table)
            sessions = [.. table.Values.Cast<object>()]; // one that was told has left the table
        if (sessions.Length > 0)
            LogContext.Warning?.Log("{Count} channels had not heard that their connection is closed, and are told: {Reason}", sessions.Length, cause.ReplyText);
        // side by side, because one of them may not answer either
        await Task.WhenAll(sessions.Select(session => Task.Run(() => (Task)Close!.Invoke(session, [reason, true])!)));
    }

    static Type? Type(string name) => typeof(IConnection).Assembly.GetType(name);

    static FieldInfo? Field(string type, string name) => Type(type)?.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);

    sealed class WatchFilter : IFilter<ChannelContext>
    {
        public Task Send(ChannelContext context, IPipe<ChannelContext> next)
        {
            Watch(context.ConnectionContext.Connection);
            return next.Send(context);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("untold-channels");
    }
}
