using MassTransit;

namespace Billing.Hosting.Bus;

/// <summary>
/// MassTransit gives a message back to the queue when its pipe ends with a cancellation, and parks it for any other
/// exception. While the host stops, a message that waits for the database is therefore given back; at any other time a
/// cancellation (an HTTP call that took too long) is an error like others, else the message would circle for ever.
/// </summary>
sealed class GiveBackFilter<T>(CancellationToken stopping) : IFilter<ConsumeContext<T>>
    where T : class
{
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (OperationCanceledException cancelled) when (!stopping.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{typeof(T).Name} was not finished in time: {cancelled.Message}", cancelled);
        }
        catch (Exception exception) when (stopping.IsCancellationRequested && (Transient.Judge(exception) != Trouble.Own || IsCancelled(exception)))
        {
            throw new OperationCanceledException($"{typeof(T).Name} is given back: the service stops.", exception, stopping);
        }
    }

    /// <summary>A batch that is cancelled, and a consumer that is cancelled by its own doing, come as another exception with the cancellation inside.</summary>
    static bool IsCancelled(Exception exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
            if (current is OperationCanceledException or ConsumerCanceledException)
                return true;
        return false;
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("give-back");
}
