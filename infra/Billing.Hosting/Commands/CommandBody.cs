using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Billing.Hosting.Bus;
using Billing.Hosting.Texts;
using Billing.Hosting.Validation;
using Billing.Sealing;
using MassTransit.Serialization;

namespace Billing.Hosting.Commands;

/// <summary>
/// A body that is kept for later, read now as its service will read it. It is read more strictly than a message: what no member takes is a mistake, because
/// nobody would notice it before the command is due.
/// </summary>
public static class CommandBody
{
    static readonly NullabilityInfoContext Nullability = new();
    static readonly Lock NullabilityGate = new();

    static JsonSerializerOptions Options => ContractJson.Configure(SystemTextJsonMessageSerializer.Options);

    /// <summary>The command. What is sealed in the body stays sealed.</summary>
    /// <exception cref="JsonException">The body does not fit the contract.</exception>
    public static object Read(Type contract, string body) =>
        JsonSerializer.Deserialize(body, contract, Options) ?? throw new JsonException($"{contract} is null");

    /// <summary>The command as the bus writes it, with everything opened that can be: two bodies that say the same have the same form.</summary>
    public static string FormOf(Type contract, string body, Sealer sealer)
    {
        var command = Read(contract, body);
        ConfidentialMembers.Open(command, sealer);
        return JsonSerializer.Serialize(command, contract, Options);
    }

    /// <summary>A sentence for each member that does not fit; none when the body can be read.</summary>
    /// <param name="contract">The command.</param>
    /// <param name="body">As it would be published.</param>
    /// <param name="root">What the members are members of, such as <c>Body</c>.</param>
    public static IReadOnlyList<string> FaultsOf(Type contract, JsonObject body, string root)
    {
        ArgumentNullException.ThrowIfNull(body);
        using var told = JsonDocument.Parse(body.ToJsonString());
        var faults = new List<string>();
        Walk(contract, told.RootElement, "", (path, value, expected) => faults.Add(Sentence(contract, root, path, value, expected)));
        if (faults.Count > 0)
            return faults;
        try
        {
            told.RootElement.Deserialize(contract, Options);
            return [];
        }
        catch (JsonException exception)
        {
            var path = exception.Path is ['$', '.', .. var inner] ? inner : "";
            var value = UnreadableJson.ValueAt(path, told.RootElement);
            return [Sentence(contract, root, path, value, UnreadableJson.Expected(exception, value))];
        }
    }

    static void Walk(Type type, JsonElement told, string path, Action<string, JsonElement?, string> fault)
    {
        if (type.IsArray && told.ValueKind == JsonValueKind.Array)
        {
            var at = 0;
            foreach (var one in told.EnumerateArray())
                Walk(type.GetElementType()!, one, $"{path}[{at++}]", fault);
            return;
        }

        if (told.ValueKind != JsonValueKind.Object || type.Namespace?.StartsWith("Billing.Contracts.", StringComparison.Ordinal) != true)
            return;
        var members = Options.GetTypeInfo(type).Properties;
        foreach (var one in told.EnumerateObject())
            if (members.FirstOrDefault(member => member.Name.Equals(one.Name, StringComparison.OrdinalIgnoreCase)) is not { } member)
                fault(Join(path, one.Name), one.Value, $"one of {string.Join(", ", members.Select(known => known.Name))}: there is no such member");
            else if (one.Value.ValueKind == JsonValueKind.Null && !MayBeNull(member))
                fault(Join(path, one.Name), one.Value, "a value");
            else
                Walk(Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType, one.Value, Join(path, one.Name), fault);
        foreach (var member in members.Where(IsRequired))
            if (!told.EnumerateObject().Any(one => one.Name.Equals(member.Name, StringComparison.OrdinalIgnoreCase)))
                fault(Join(path, member.Name), null, "a value");
    }

    static string Sentence(Type contract, string root, string path, JsonElement? value, string expected)
    {
        var field = path.Length == 0 ? root : $"{root}.{path}";
        if (value is not { } told)
            return $"{field} is missing; expected {expected}.";
        var shown = told.ValueKind == JsonValueKind.String ? $"\"{told.GetRawText().Trim('"').ShortenedTo(UnreadableJson.LongestValue)}\""
            : told.GetRawText().ShortenedTo(UnreadableJson.LongestValue);
        return $"{field} is {Confidential.Shown(contract, path, shown)}; expected {expected}.";
    }

    static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    static bool IsRequired(JsonPropertyInfo member) => member.AttributeProvider?.IsDefined(typeof(RequiredMemberAttribute), inherit: false) == true;

    static bool MayBeNull(JsonPropertyInfo member)
    {
        if (member.AttributeProvider is not PropertyInfo property)
            return true;
        lock (NullabilityGate)
            return Nullability.Create(property).WriteState != NullabilityState.NotNull;
    }
}
