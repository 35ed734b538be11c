using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Billing.Hosting.Bus;
using MassTransit.Serialization;

namespace Billing.Contracts.Tests;

/// <summary>JSON as the bus of our services writes and reads it.</summary>
static class BusJson
{
    /// <summary>The very options of the bus.</summary>
    public static JsonSerializerOptions Options { get; } = ContractJson.Configure(SystemTextJsonMessageSerializer.Options);

    /// <summary>The same, without the converters that hide from the exporter what they read.</summary>
    static readonly JsonSerializerOptions Plain = MakePlain();

    static readonly JsonSchemaExporterOptions Exporting = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Mended };

    public static JsonObject Write(object message) => JsonSerializer.SerializeToNode(message, message.GetType(), Options)!.AsObject();

    public static object Read(JsonNode json, Type type) => json.Deserialize(type, Options) ?? throw new JsonException($"{type.Name} is null.");

    /// <summary>The JSON schema of a message as it lies on the bus.</summary>
    public static JsonObject SchemaOf(Type type) => SchemaOf(type, Exporting);

    /// <param name="type">The message.</param>
    /// <param name="describe">What a member means; null for one that needs no words.</param>
    public static JsonObject SchemaOf(Type type, Func<PropertyInfo, string?> describe) => SchemaOf(type, new JsonSchemaExporterOptions
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) =>
        {
            var mended = Mended(context, schema);
            if (context.PropertyInfo?.AttributeProvider is PropertyInfo member && describe(member) is { } words && mended is JsonObject described)
                described["description"] = words;
            return mended;
        }
    });

    static JsonObject SchemaOf(Type type, JsonSchemaExporterOptions exporting) => Plain.GetJsonSchemaAsNode(type, exporting).AsObject();

    static JsonSerializerOptions MakePlain()
    {
        var plain = new JsonSerializerOptions(Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Require } } };
        for (var at = plain.Converters.Count - 1; at >= 0; at--)
            if (plain.Converters[at] is not System.Text.Json.Serialization.JsonStringEnumConverter)
                plain.Converters.RemoveAt(at);
        return plain;
    }

    static void Require(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        for (var at = type.Properties.Count - 1; at >= 0; at--)
            if (type.Properties[at].AttributeProvider is PropertyInfo { CanWrite: false })
                type.Properties.RemoveAt(at);
            else if (type.Properties[at] is { AttributeProvider: PropertyInfo member } property)
                property.IsRequired = Contract.IsRequired(member);
    }

    /// <summary>A decimal is written as a text, so that no reader takes it for a binary fraction; it is read from a number too.</summary>
    static JsonNode Mended(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (schema is not JsonObject shape)
            return schema;
        if (type == typeof(decimal))
            shape["type"] = type == context.TypeInfo.Type ? new JsonArray("string", "number") : new JsonArray("string", "number", "null");
        if (type.IsEnum)        // the bus writes its number
            shape["enum"] = new JsonArray([.. Enum.GetValues(type).Cast<object>().Select(value => JsonValue.Create(Convert.ToInt64(value)))]);
        return shape;
    }
}
