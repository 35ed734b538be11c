using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Billing.Hosting.Telemetry;

/// <summary>
/// Writes what OpenTelemetry counted in the text that Prometheus reads. The SDK does the counting; only the text is ours.
/// </summary>
[ExportModes(ExportModes.Pull)]
sealed class PrometheusText : BaseExporter<Metric>, IPullMetricExporter
{
    const int CollectTimeoutMilliseconds = 5000;

    readonly Lock _gate = new();
    string _text = "";

    Func<int, bool>? IPullMetricExporter.Collect { get; set; }

    /// <summary>One scrape at a time.</summary>
    public string Collect()
    {
        lock (_gate)
        {
            ((IPullMetricExporter)this).Collect?.Invoke(CollectTimeoutMilliseconds);
            return _text;
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new StringBuilder();
        var described = new HashSet<string>();
        foreach (var metric in batch)
            Write(text, metric, described);
        _text = text.ToString();
        return ExportResult.Success;
    }

    static void Write(StringBuilder text, Metric metric, HashSet<string> described)
    {
        var type = TypeOf(metric);
        var name = NameOf(metric, type);
        if (described.Add(name))
        {
            if (metric.Description is { Length: > 0 } description)
                text.Append("# HELP ").Append(name).Append(' ').Append(Escape(description, quotes: false)).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        }

        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = LabelsOf(point);
            if (type == "histogram")
                WriteHistogram(text, name, labels, point);
            else
                Line(text, name, labels, ValueOf(metric.MetricType, point));
        }
    }

    static void WriteHistogram(StringBuilder text, string name, string labels, in MetricPoint point)
    {
        long below = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            var bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : Number(bucket.ExplicitBound);
            Line(text, $"{name}_bucket", Join(labels, $"le=\"{bound}\""), below);
        }

        Line(text, $"{name}_sum", labels, point.GetHistogramSum());
        Line(text, $"{name}_count", labels, point.GetHistogramCount());
    }

    static double ValueOf(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        _ => point.GetGaugeLastValueDouble(),
    };

    // MassTransit counts what is under way with plain counters that also go down
    static string TypeOf(Metric metric) => metric.MetricType switch
    {
        MetricType.Histogram or MetricType.ExponentialHistogram => "histogram",
        MetricType.LongSum or MetricType.DoubleSum when !metric.Name.EndsWith(".active", StringComparison.Ordinal) => "counter",
        _ => "gauge",
    };

    static string NameOf(Metric metric, string type)
    {
        var name = new StringBuilder(metric.Name.Length + 16);
        foreach (var letter in metric.Name)
            name.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        var unit = metric.Unit switch
        {
            "ms" => "_milliseconds",
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        if (!name.ToString().EndsWith(unit, StringComparison.Ordinal))
            name.Append(unit);
        return type == "counter" ? name.Append("_total").ToString() : name.ToString();
    }

    static string LabelsOf(in MetricPoint point)
    {
        var labels = new StringBuilder();
        foreach (var tag in point.Tags)
        {
            if (labels.Length > 0)
                labels.Append(',');
            foreach (var letter in tag.Key)
                labels.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
            labels.Append("=\"").Append(Escape(Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "", quotes: true)).Append('"');
        }

        return labels.ToString();
    }

    static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    static string Join(string labels, string last) => labels.Length == 0 ? last : $"{labels},{last}";

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    static string Escape(string text, bool quotes)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }
}
