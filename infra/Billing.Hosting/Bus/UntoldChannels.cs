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

    static readonly Assembly Client = typeof(IConnection).Assembly;
    static readonly FieldInfo? Sessions = Field("RabbitMQ.Client.Framing.Connection", "_sessionManager");
    static readonly FieldInfo? ByNumber = Field("RabbitMQ.Client.Impl.SessionManager", "_sessionMap");
    static readonly MethodInfo? Close = Client.GetType("RabbitMQ.Client.Impl.ISession")?.GetMethod("CloseAsync", [typeof(ShutdownEventArgs), typeof(bool)]);

    /// <summary>One watch for each connection, however many endpoints share it.</summary>
    static readonly ConditionalWeakTable<IConnection, Task> Watches = [];

    /// <summary>Watches over the connections on which this endpoint consumes.</summary>
    public static void TellUntoldChannels(this IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        endpoint.ConfigureConnection(connection => connection.UseFilter(new WatchFilter()));
    }

    /// <summary>Ends when the connection is closed and every channel has been told.</summary>
    public static Task WatchAsync(IConnection connection) => Watches.GetValue(connection, watched => Task.Run(() => TellWhenClosedAsync(watched)));

    static async Task TellWhenClosedAsync(IConnection connection)
    {
        using var timer = new PeriodicTimer(Pace, TimeProvider.System); // the machine's time, not the business's
        while (connection.IsOpen)
            await timer.WaitForNextTickAsync();
        await Task.Delay(Patience, TimeProvider.System);

        // without the connection's own token: it is cancelled by now, and a channel would stop telling its consumers
        var cause = connection.CloseReason!;
        var reason = new ShutdownEventArgs(cause.Initiator, cause.ReplyCode, cause.ReplyText);
        var sessions = SessionsOf(connection);
        if (sessions.Length > 0)
            LogContext.Warning?.Log("{Count} channels had not heard that their connection is closed, and are told: {Reason}", sessions.Length, cause.ReplyText);
        // side by side, because one of them may not answer either
        foreach (var session in sessions)
            _ = Task.Run(() => (Task)Close!.Invoke(session, [reason, true])!);
    }

    /// <summary>A session that was told has left this table.</summary>
    static object[] SessionsOf(IConnection connection)
    {
        if (Sessions is null || ByNumber is null || Close is null || !Sessions.DeclaringType!.IsInstanceOfType(connection))
        {
            LogContext.Warning?.Log("RabbitMQ.Client is not the one whose silent channels this process can wake; see UntoldChannels");
            return [];
        }

        var table = (IDictionary)ByNumber.GetValue(Sessions.GetValue(connection))!;
        lock (table)
            return [.. table.Values.Cast<object>()];
    }

    static FieldInfo? Field(string type, string name) => Client.GetType(type)?.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic);

    sealed class WatchFilter : IFilter<ConnectionContext>
    {
        public Task Send(ConnectionContext context, IPipe<ConnectionContext> next)
        {
            _ = WatchAsync(context.Connection);
            return next.Send(context);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("untold-channels");
    }
}
