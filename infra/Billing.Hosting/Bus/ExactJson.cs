using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Billing.Contracts;

namespace Billing.Hosting.Bus;

/// <summary>
/// Reads a decimal from a JSON number, or from a text that is written like one: a point, no thousands marks, no blanks. What could be read in two ways is
/// refused: <c>"12,50"</c> is twelve and a half to one and 1,250 to another.
/// </summary>
sealed class ExactDecimalConverter : JsonConverter<decimal>
{
    const NumberStyles Written = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetDecimal(out var number)
            && (number != 0 || SaysZero(Encoding.UTF8.GetString(reader.ValueSpan))) => number,
        JsonTokenType.String when reader.GetString() is { } text && decimal.TryParse(text, Written, CultureInfo.InvariantCulture, out var number)
            && (number != 0 || SaysZero(text)) => number,
        _ => throw new JsonException()      // the serializer adds where it is, and what was expected
    };

    /// <summary>1e-40 is not zero, and a decimal makes it zero.</summary>
    static bool SaysZero(string text) => !text.Split('e', 'E')[0].AsSpan().ContainsAnyInRange('1', '9');

    /// <summary>As text, so that no reader takes it for a binary fraction.</summary>
    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Reads an instant that says its offset. Without one it would depend on the zone of the machine that reads it.</summary>
sealed class ExactInstantConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && ExactInstant.SaysOffset(reader.GetString()!) && reader.TryGetDateTimeOffset(out var instant)
            ? instant
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
