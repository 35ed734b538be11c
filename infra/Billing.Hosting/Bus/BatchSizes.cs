using System.Diagnostics.Metrics;
using MassTransit;

namespace Billing.Hosting.Bus;

/// <summary>How many messages a consumer of batches gets at once.</summary>
sealed class BatchSizes(IMeterFactory meters)
{
    readonly Histogram<int> _sizes = meters.Create("Billing.Bus").CreateHistogram("billing.batch.size", unit: "{message}",
        description: "Messages that a consumer of batches was given at once",
        advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] });

    public void Record(int size, Type message) => _sizes.Record(size, new KeyValuePair<string, object?>("message", message.Name));
}

sealed class BatchSizeFilter<T>(BatchSizes sizes) : IFilter<ConsumeContext<Batch<T>>>
    where T : class
{
    public Task Send(ConsumeContext<Batch<T>> context, IPipe<ConsumeContext<Batch<T>>> next)
    {
        sizes.Record(context.Message.Length, typeof(T));
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("batch-size");
}
