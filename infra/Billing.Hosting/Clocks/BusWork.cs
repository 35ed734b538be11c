using MassTransit;

namespace Billing.Hosting.Clocks;

/// <summary>Counts the messages that this process has taken, and those that it has in hand.</summary>
sealed class BusWork(IServiceProvider services) : IReceiveObserver
{
    long _taken;
    long _ended;

    /// <summary>Since the process was started.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    public void Look(Sighting sighting)
    {
        var ended = Interlocked.Read(ref _ended);
        if (Taken > ended)
            sighting.UnderWay($"{Taken - ended} messages are in hand");
        if (services.GetService(typeof(IBusControl)) is IBusControl bus && bus.CheckHealth().Status != BusHealthStatus.Healthy)
            sighting.UnderWay("the bus is not at work yet");
    }

    public Task PreReceive(ReceiveContext context)
    {
        Interlocked.Increment(ref _taken);
        return Task.CompletedTask;
    }

    public Task PostReceive(ReceiveContext context) => Ended();

    public Task ReceiveFault(ReceiveContext context, Exception exception) => Ended();

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;

    Task Ended()
    {
        Interlocked.Increment(ref _ended);
        return Task.CompletedTask;
    }
}
