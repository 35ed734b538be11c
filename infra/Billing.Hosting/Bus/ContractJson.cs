using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Billing.Contracts;

namespace Billing.Hosting.Bus;

/// <summary>
/// Contracts mark what they cannot do without as <c>required</c>. On the way in a missing text or object is let through the deserializer, so that the validator
/// names it beside the others. A number, a day or a switch that is missing would be taken for zero or no, so the deserializer refuses it.
/// </summary>
static class ContractJson
{
    static readonly Lock Gate = new();
    static JsonSerializerOptions? _configured;

    /// <summary>MassTransit keeps one set of options for the process, so that hosts in one process share ours.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        lock (Gate)
            return _configured ??= Make(options);
    }

    static JsonSerializerOptions Make(JsonSerializerOptions options)
    {
        var exact = new JsonSerializerOptions(options)
        {
            TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(RequireNothing)
                .WithAddedModifier(ReadEachAlone).WithAddedModifier(ToldMembers.WriteTold),
        };
        // before MassTransit's own, which reads "12,50" as 1250
        exact.Converters.Insert(0, new ExactDecimalConverter());
        exact.Converters.Insert(0, new ExactInstantConverter());
        return exact;
    }

    static void RequireNothing(JsonTypeInfo type)
    {
        if (type.Type.Namespace?.StartsWith("Billing.", StringComparison.Ordinal) != true)
            return;
        foreach (var property in type.Properties)
            property.IsRequired &= IsTakenForZero(property.PropertyType)
                && type.Type.Namespace.StartsWith("Billing.Contracts", StringComparison.Ordinal);
    }

    static bool IsTakenForZero(Type member) => member.IsValueType && Nullable.GetUnderlyingType(member) is null;

    static void ReadEachAlone(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.AttributeProvider?.IsDefined(typeof(EachAloneAttribute), false) == true))
            property.CustomConverter =
                (JsonConverter)Activator.CreateInstance(typeof(RecordListConverter<>).MakeGenericType(property.PropertyType.GetElementType()!))!;
    }
}
