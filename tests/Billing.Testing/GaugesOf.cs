using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Testing;

/// <summary>
/// What the gauges of one host show. <c>/metrics</c> is of the process: when the tests have several hosts in it, they overwrite each other's figures, and
/// one that ends takes a figure of the others with it.
/// </summary>
public static class GaugesOf
{
    /// <summary>The figures of an observable gauge by its labels, as <c>queue=mail,kind=late</c>.</summary>
    /// <param name="services">Of the host: its meters are made by its own factory.</param>
    /// <param name="gauge">Its name in the code: <c>billing.standing</c>.</param>
    /// <exception cref="ArgumentException">The host has no such gauge.</exception>
    public static IReadOnlyDictionary<string, double> Read(IServiceProvider services, string gauge)
    {
        var meters = services.GetRequiredService<IMeterFactory>();
        var found = false;
        var seen = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name != gauge || !ReferenceEquals(instrument.Meter.Scope, meters))
                    return;
                found = true;
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, figure, labels, _) => seen[TextOf(labels)] = figure);
        listener.SetMeasurementEventCallback<long>((_, figure, labels, _) => seen[TextOf(labels)] = figure);
        listener.SetMeasurementEventCallback<double>((_, figure, labels, _) => seen[TextOf(labels)] = figure);
        listener.Start();
        listener.RecordObservableInstruments();
        return found ? seen : throw new ArgumentException($"this host has no gauge \"{gauge}\"", nameof(gauge));
    }

    static string TextOf(ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
        string.Join(",", labels.ToArray().Select(label => $"{label.Key}={label.Value}"));
}
