using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Billing.Persistence.Bulk;

namespace Billing.Persistence.SqlServer;

/// <summary>Writes rows as the JSON that OPENJSON reads back into exactly the same values.</summary>
static class SqlServerRows
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static string Write(IReadOnlyList<BulkColumn> columns, IReadOnlyCollection<object> rows)
    {
        var buffer = new ArrayBufferWriter<byte>(rows.Count * columns.Count * 24);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartArray();
            var place = 0;
            foreach (var row in rows)
            {
                json.WriteStartObject();
                json.WriteNumber("n", ++place);
                for (var i = 0; i < columns.Count; i++)
                    if (columns[i].Read(row) is { } value)
                        json.WriteString($"c{i}", Text(value));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Everything as text: OPENJSON converts text to the column's type, and a decimal keeps all its digits.</summary>
    static string Text(object value) => value switch
    {
        string text => text,
        bool yes => yes ? "1" : "0",
        byte[] bytes => Convert.ToBase64String(bytes),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss.fffffff", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.ToString("yyyy-MM-ddTHH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture),
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"A {value.GetType().Name} cannot be written in bulk."),
    };
}
