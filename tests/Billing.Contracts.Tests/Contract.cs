using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using MassTransit;

namespace Billing.Contracts.Tests;

/// <summary>What lives over a deploy, because it lies in a queue, in an outbox or in a table: a message, a part of one, or the state of a saga.</summary>
/// <param name="Type">The record, the enumeration or the state.</param>
/// <param name="OtherName">A name on the wire that is not the type's own; only the gate's own tests have one.</param>
public sealed record Contract(Type Type, string? OtherName = null)
{
    static readonly string[] Verbs = ["Register", "Record", "Set", "Grant", "Start", "Cancel", "Unpark", "Send", "Refresh", "Find", "Issue", "Refund", "Void",
        "Reissue", "WriteOff", "Apply", "Revoke", "Change", "Retry", "Place", "Lift", "Pause", "Resume", "Replay", "Preview", "End",
        "Accept", "Advance", "Approve", "Discard", "Erase"];

    /// <summary>Commands whose first word is also a noun, with which events begin: a run, a schedule.</summary>
    static readonly string[] Commands = ["RunScheduleNow", "ScheduleCommand"];

    /// <summary>The published ones, with their parts.</summary>
    public static IReadOnlyList<Contract> All { get; } =
        [.. typeof(StartMonthClose).Assembly.GetExportedTypes().Where(type => type.Namespace != "Billing.Contracts")
            .OrderBy(type => type.FullName, StringComparer.Ordinal).Select(type => new Contract(type))];

    /// <summary>As MassTransit names it on RabbitMQ.</summary>
    public string Exchange => OtherName ?? ExchangeOf(Type);

    /// <summary>A command tells, an event reports: its name begins with a verb in the imperative.</summary>
    public bool IsCommand =>
        Array.Exists(Verbs, verb => Type.Name.StartsWith(verb, StringComparison.Ordinal) && Type.Name.Length > verb.Length
        && char.IsUpper(Type.Name[verb.Length])) || Commands.Contains(Type.Name);

    public bool IsSagaState => Type.IsAssignableTo(typeof(SagaStateMachineInstance));

    public static string ExchangeOf(Type type) => $"{type.Namespace}:{type.Name}";

    /// <summary>One line for each member: <c>name: type, required or optional</c>; for each value of an enumeration, and for each state of a saga.</summary>
    public IReadOnlyList<string> Form() =>
        Type.IsEnum ? [.. Enum.GetValues(Type).Cast<object>().Select(value => $"{value}: value {Convert.ToInt64(value)}")]
        : [.. Members(Type).Select(FormOf), .. StatesOf(Type).Select(state => $"{state}: state")];

    /// <summary>What is written and read again. What is computed from other members is neither.</summary>
    public static IEnumerable<PropertyInfo> Members(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(member => member.CanWrite && member.GetIndexParameters().Length == 0).OrderBy(member => member.MetadataToken);

    public static string JsonName(PropertyInfo member) => JsonNamingPolicy.CamelCase.ConvertName(member.Name);

    /// <summary>
    /// True when a message without it is none: it is <c>required</c>, or a parameter of the record that has no default and cannot be null.
    /// </summary>
    public static bool IsRequired(PropertyInfo member) => member.IsDefined(typeof(RequiredMemberAttribute))
        || (!IsNullable(member) && ParameterOf(member) is { HasDefaultValue: false });

    public static bool IsNullable(PropertyInfo member) => new NullabilityInfoContext().Create(member).WriteState == NullabilityState.Nullable;

    static ParameterInfo? ParameterOf(PropertyInfo member) => member.DeclaringType!.GetConstructors()
        .SelectMany(constructor => constructor.GetParameters()).FirstOrDefault(parameter => parameter.Name == member.Name);

    static string FormOf(PropertyInfo member) =>
        $"{JsonName(member)}: {NameOf(Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType)}{(IsNullable(member) ? "?" : "")}"
        + $", {(IsRequired(member) ? "required" : "optional")}{(member.IsDefined(typeof(ConfidentialAttribute)) ? ", confidential" : "")}";

    /// <summary>The names that a saga's rows may hold as their state: a machine without one of them cannot go on with such a row.</summary>
    static IEnumerable<string> StatesOf(Type type)
    {
        if (!type.IsAssignableTo(typeof(SagaStateMachineInstance)))
            return [];
        var machine = typeof(SagaStateMachine<>).MakeGenericType(type);
        return type.Assembly.GetTypes().Where(machine.IsAssignableFrom)
            .SelectMany(found => found.GetProperties().Where(property => property.PropertyType == typeof(State)).Select(property => property.Name))
            .Distinct().Order(StringComparer.Ordinal);
    }

    static string NameOf(Type type) =>
        type.IsArray ? NameOf(type.GetElementType()!) + "[]"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Namespace == "System" ? type.Name : ExchangeOf(type);
}
