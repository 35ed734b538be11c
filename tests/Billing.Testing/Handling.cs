using MassTransit;

namespace Billing.Testing;

/// <summary>Counts the messages that buses of this process handle: what the broker calls unacknowledged, and tells only every five seconds.</summary>
public sealed class Handling : IReceiveObserver
{
    long _begun;
    long _ended;

    /// <summary>Messages ever begun.</summary>
    public long Begun => Interlocked.Read(ref _begun);

    /// <summary>Messages ever ended, well or not.</summary>
    public long Ended => Interlocked.Read(ref _ended);

    /// <summary>Messages begun and not ended.</summary>
    public long UnderWay
    {
        get
        {
            var ended = Ended;      // asked first, so that the difference is never less than the truth
            return Begun - ended;
        }
    }

    public Task PreReceive(ReceiveContext context)
    {
        Interlocked.Increment(ref _begun);
        return Task.CompletedTask;
    }

    public Task PostReceive(ReceiveContext context) => EndAsync();

    public Task ReceiveFault(ReceiveContext context, Exception exception) => EndAsync();

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;

    Task EndAsync()
    {
        Interlocked.Increment(ref _ended);
        return Task.CompletedTask;
    }
}
