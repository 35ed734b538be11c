using Billing.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.MonthClose.Tests.House;

/// <summary>Stops messages of one type at the consumer's door until the test opens it: what happens in between is the test's to say.</summary>
sealed class Gate<T> : IConsumeMessageObserver<T>, IDisposable
    where T : class
{
    readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Func<T, bool> _which;
    readonly ConnectHandle _handle;

    /// <param name="services">Of the service.</param>
    /// <param name="which">The messages that are stopped; all when left out.</param>
    public Gate(IServiceProvider services, Func<T, bool>? which = null)
    {
        _which = which ?? (_ => true);
        _handle = services.GetRequiredService<IBusControl>().ConnectConsumeMessageObserver(this);
    }

    /// <summary>Ends when the first message stands before the gate.</summary>
    public Task Arrived => _arrived.Task.WithinLimitAsync();

    public void Open() => _opened.TrySetResult();

    public Task PreConsume(ConsumeContext<T> context)
    {
        if (!_which(context.Message))
            return Task.CompletedTask;
        _arrived.TrySetResult();
        return _opened.Task;
    }

    public Task PostConsume(ConsumeContext<T> context) => Task.CompletedTask;

    public Task ConsumeFault(ConsumeContext<T> context, Exception exception) => Task.CompletedTask;

    public void Dispose()
    {
        Open();
        _handle.Disconnect();
    }
}
