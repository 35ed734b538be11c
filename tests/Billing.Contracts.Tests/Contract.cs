using System.Reflection;
using System.Runtime.CompilerServices;
using Billing.Contracts.MonthClose.V1;

namespace Billing.Contracts.Tests;

/// <summary>A published record, and its form on the wire.</summary>
public sealed record Contract(Type Type)
{
    static readonly string[] Verbs = ["Register", "Record", "Set", "Grant", "Start", "Cancel", "Unpark", "Send", "Refresh", "Find", "Issue", "Refund", "Void",
        "Reissue", "WriteOff", "Apply", "Revoke", "Change", "Retry", "Place", "Lift", "Pause", "Resume", "Replay", "Preview", "End",
        "Accept"];

    public static IReadOnlyList<Contract> All { get; } =
        [.. typeof(StartMonthClose).Assembly.GetExportedTypes().Where(type => type.Namespace != "Billing.Contracts")
            .OrderBy(type => type.FullName, StringComparer.Ordinal).Select(type => new Contract(type))];

    /// <summary>As MassTransit names it on RabbitMQ.</summary>
    public string Exchange => $"{Type.Namespace}:{Type.Name}";

    /// <summary>A command tells, an event reports: its name begins with a verb in the imperative.</summary>
    public bool IsCommand =>
        Array.Exists(Verbs, verb => Type.Name.StartsWith(verb, StringComparison.Ordinal) && Type.Name.Length > verb.Length
        && char.IsUpper(Type.Name[verb.Length]));

    /// <summary>One line for each member: <c>name: type, required or optional</c>.</summary>
    public string Form()
    {
        var nullability = new NullabilityInfoContext();
        var members = Type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .OrderBy(member => member.MetadataToken)
            .Select(member =>
                $"  {JsonName(member)}: {NameOf(member, nullability)}, {(member.IsDefined(typeof(RequiredMemberAttribute)) ? "required" : "optional")}");
        return $"{Exchange}\n{string.Join('\n', members)}\n";
    }

    static string JsonName(PropertyInfo member) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(member.Name);

    static string NameOf(PropertyInfo member, NullabilityInfoContext nullability)
    {
        var nullable = nullability.Create(member).WriteState == NullabilityState.Nullable ? "?" : "";
        return NameOf(Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType) + nullable;
    }

    static string NameOf(Type type) =>
        type.IsArray ? NameOf(type.GetElementType()!) + "[]"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Namespace == "System" ? type.Name : $"{type.Namespace}:{type.Name}";
}
