using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace Billing.Hosting.Logging;

/// <summary>
/// Masks the parts of an event for a sink that sends them one by one instead of as a line. The exception is sent as the three attributes that OpenTelemetry
/// gives it, because an exception itself cannot be masked.
/// </summary>
sealed class MaskingSink(ILogEventSink inner) : ILogEventSink, IDisposable
{
    static readonly MessageTemplateParser Parser = new();

    public void Emit(LogEvent logEvent) => inner.Emit(new LogEvent(
        logEvent.Timestamp, logEvent.Level, exception: null, Parser.Parse(Masked.Text(logEvent.MessageTemplate.Text)),
        [.. logEvent.Properties.Select(property => new LogEventProperty(property.Key, Of(property.Value))), .. PartsOf(logEvent.Exception)],
        logEvent.TraceId ?? default, logEvent.SpanId ?? default));

    public void Dispose() => (inner as IDisposable)?.Dispose();

    static IEnumerable<LogEventProperty> PartsOf(Exception? exception)
    {
        if (exception is null)
            yield break;
        yield return new LogEventProperty("exception.type", new ScalarValue(exception.GetType().FullName));
        yield return new LogEventProperty("exception.message", new ScalarValue(Masked.Text(exception.Message)));
        yield return new LogEventProperty("exception.stacktrace", new ScalarValue(Masked.Text(exception.ToString())));
    }

    static LogEventPropertyValue Of(LogEventPropertyValue value) => value switch
    {
        ScalarValue { Value: null or bool or Guid or DateTimeOffset or DateOnly } => value,
        ScalarValue { Value: IFormattable and (int or long or short or byte or uint or ulong or decimal or double or float or Enum) } => value,
        ScalarValue scalar => new ScalarValue(Masked.Text(scalar.Value?.ToString() ?? "")),
        SequenceValue list => new SequenceValue(list.Elements.Select(Of)),
        StructureValue structure => new StructureValue(structure.Properties.Select(one => new LogEventProperty(one.Name, Of(one.Value))), structure.TypeTag),
        DictionaryValue map => new DictionaryValue(map.Elements.Select(pair => KeyValuePair.Create((ScalarValue)Of(pair.Key), Of(pair.Value)))),
        _ => new ScalarValue(Masked.Text(value.ToString())),
    };
}
