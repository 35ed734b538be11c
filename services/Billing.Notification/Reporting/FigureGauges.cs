using System.Diagnostics.Metrics;
using Billing.Notification.Metrics;

namespace Billing.Notification.Reporting;

/// <summary>The figures of <c>GET /api/metrics</c> in <c>/metrics</c>, by channel: of all processes, as they stood a moment ago.</summary>
sealed class FigureGauges : IDisposable
{
    readonly Meter _meter;
    TotalFigures? _shown;

    public FigureGauges(IMeterFactory meters)
    {
        _meter = meters.Create("Billing.Notification.Figures");
        Gauge("billing.notification.count", "Messages that a provider was asked to take since the last reset, over all processes", figures => figures.Count);
        Gauge("billing.notification.success", "Messages that a provider took since the last reset, over all processes", figures => figures.Success);
        Gauge("billing.notification.rate_exceeded", "Exceedances since the last reset, over all processes", figures => figures.RateExceededCount);
        Gauge("billing.notification.avg_processing_time", "Milliseconds from leaving the queue to the provider's answer, since the last reset", figures =>
            figures.AvgProcessingTime);
        Gauge("billing.notification.throughput", "Messages a second since the last reset, over all processes", figures => figures.Throughput);
        _meter.CreateObservableGauge("billing.notification.processing_time", Percentiles,
            description: "Milliseconds from leaving the queue to the provider's answer in the last five minutes, over all processes");
    }

    public void Show(TotalFigures figures) => Volatile.Write(ref _shown, figures);

    public void Dispose() => _meter.Dispose();

    void Gauge(string name, string description, Func<ChannelFigures, double> of) =>
        _meter.CreateObservableGauge(name, () =>
            Channels().Select(channel => new Measurement<double>(of(channel.Figures), Tag("channel", channel.Name))), description: description);

    IEnumerable<Measurement<double>> Percentiles()
    {
        foreach (var (name, figures) in Channels())
            if (figures.Percentiles is { } recent)
                foreach (var (quantile, value) in (IEnumerable<(string, double)>)[("0.5", recent.P50), ("0.95", recent.P95), ("0.99", recent.P99)])
                    yield return new Measurement<double>(value, Tag("channel", name), Tag("quantile", quantile));
    }

    IEnumerable<(string Name, ChannelFigures Figures)> Channels() =>
        Volatile.Read(ref _shown) is { } figures ? [("email", figures.Email), ("sms", figures.Sms)] : [];

    static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
