using System.Text.Json.Nodes;

namespace Billing.Contracts.Tests;

/// <summary>Made-up values, the same ones each time.</summary>
static class Samples
{
    /// <summary>A message in which every member is told, or only what is required, as the bus writes it.</summary>
    public static JsonObject Of(Type type, bool full = true)
    {
        var written = BusJson.Write(BusJson.Read(Object(type, full), type));
        foreach (var computed in type.GetProperties().Where(member => !member.CanWrite))
            written.Remove(Contract.JsonName(computed));
        return written;
    }

    static JsonObject Object(Type type, bool full) => new(Contract.Members(type)
        .Where(member => full || Contract.IsRequired(member))
        .Select(member => KeyValuePair.Create(Contract.JsonName(member), Value(member.PropertyType, member.Name, full))));

    static JsonNode? Value(Type type, string name, bool full)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsArray)
            return new JsonArray(Value(type.GetElementType()!, name, full));
        if (type.IsEnum)
            return Convert.ToInt64(Enum.GetValues(type).Cast<object>().Last());      // as the bus writes it
        if (type == typeof(Dictionary<string, string>))
            return new JsonObject { ["name"] = "value" };
        if (type == typeof(JsonObject))
            return new JsonObject { ["period"] = "2026-10" };
        if (type == typeof(string))
            return Text(name);
        if (name == "Period" && type == typeof(int))
            return 202610;
        return (JsonNode?)Plain(type) ?? Object(type, full);
    }

    static JsonValue? Plain(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => JsonValue.Create(true),
        TypeCode.Int32 or TypeCode.Int64 => JsonValue.Create(3),
        TypeCode.Decimal => JsonValue.Create("12.340"),
        _ when type == typeof(Guid) => JsonValue.Create("0194f1c2-8a00-7000-8000-000000000017"),
        _ when type == typeof(DateTimeOffset) => JsonValue.Create("2026-10-31T23:30:00.1234567+01:00"),
        _ when type == typeof(DateOnly) => JsonValue.Create("2026-10-31"),
        _ when type == typeof(TimeSpan) => JsonValue.Create("00:10:00"),
        _ => null
    };

    static string Text(string name) => name switch
    {
        "Currency" => "EUR",
        "Period" or "Periods" => "2026-10",
        _ => $"some {name}"
    };
}
