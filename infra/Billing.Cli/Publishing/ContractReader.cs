using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Cli.Importing;

namespace Billing.Cli.Publishing;

/// <summary>Reads plain JSON as a contract, and says of every member that does not fit what it is and what it should be.</summary>
public static class ContractReader
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    static readonly NullabilityInfoContext Nullability = new();
    static readonly Lock NullabilityGate = new();
    static readonly Dictionary<Type, Member[]> MembersOf = [];

    sealed record Member(string Name, Type Type, bool IsRequired, bool MayBeNull);

    public static (object? Value, IReadOnlyList<Fault> Faults) Read(Type contract, string json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException e)
        {
            return (null, [new Fault("JSON", json, $"a JSON object ({e.Message})")]);
        }

        using (document)
        {
            var faults = new List<Fault>();
            try
            {
                Check(contract, document.RootElement, contract.Name, "", faults);
                if (faults.Count > 0)
                    return (null, faults);
                var value = document.RootElement.Deserialize(contract, Json)!;
                faults.AddRange(ContractRules.Check(value));
                return faults.Count > 0 ? (null, faults) : (value, faults);
            }
            catch (Exception broken) when (broken is InvalidOperationException || broken.InnerException is InvalidOperationException)
            {
                // half of a character, such as "\ud800" alone: the parser lets it pass, and no text can be made of it
                return (null, [new Fault("JSON", json, "texts of whole characters")]);
            }
        }
    }

    /// <summary>A member for each line, with its type: what an error or a help text shows.</summary>
    public static string Describe(Type contract) =>
        string.Join(", ", Members(contract).Select(member => $"{CamelCase(member.Name)}{(member.IsRequired ? "" : "?")}: {Expected(member.Type)}"));

    static void Check(Type type, JsonElement element, string what, string path, List<Fault> faults)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsArray)
            CheckArray(type.GetElementType()!, element, path, faults);
        else if (type == typeof(Dictionary<string, string>))
            CheckDictionary(element, path, faults);
        else if (type == typeof(JsonObject) && element.ValueKind == JsonValueKind.Object)
            return;     // whatever it is: the service that takes it knows more of it
        else if (type.Namespace!.StartsWith("Billing.Contracts.", StringComparison.Ordinal))
            CheckObject(type, element, what, path, faults);
        else if (!IsOne(type, element))
            faults.Add(new Fault(path, Shown(element), element.ValueKind == JsonValueKind.Number ? Bounds(type) : Expected(type)));
    }

    static void CheckObject(Type type, JsonElement element, string what, string path, List<Fault> faults)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new Fault(path.Length == 0 ? "JSON" : path, Shown(element), $"an object: {what}"));
            return;
        }

        var members = Members(type);
        var given = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in element.EnumerateObject())
        {
            var name = Join(path, property.Name);
            if (members.FirstOrDefault(candidate => candidate.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase)) is not { } member)
                faults.Add(new Fault(name, Shown(property.Value), Unknown(property.Name, members)));
            else if (!given.Add(member.Name))
                faults.Add(new Fault(name, Shown(property.Value), "to be there once"));
            else if (property.Value.ValueKind != JsonValueKind.Null)
                Check(member.Type, property.Value, member.Name, name, faults);
            else if (!member.MayBeNull)
                faults.Add(new Fault(name, "null", Expected(member.Type)));
        }

        foreach (var missing in members.Where(member => member.IsRequired && !given.Contains(member.Name)))
            faults.Add(new Fault(Join(path, CamelCase(missing.Name)), null, $"{Expected(missing.Type)} (it is required)"));
    }

    static void CheckArray(Type type, JsonElement element, string path, List<Fault> faults)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            faults.Add(new Fault(path, Shown(element), Expected(type.MakeArrayType())));
            return;
        }

        var i = 0;
        foreach (var item in element.EnumerateArray())
            Check(type, item, type.Name, $"{path}[{i++}]", faults);
    }

    static void CheckDictionary(JsonElement element, string path, List<Fault> faults)
    {
        if (element.ValueKind != JsonValueKind.Object)
            faults.Add(new Fault(path, Shown(element), Expected(typeof(Dictionary<string, string>))));
        else
            foreach (var property in element.EnumerateObject())
                if (property.Value.ValueKind != JsonValueKind.String)
                    faults.Add(new Fault(Join(path, property.Name), Shown(property.Value), "a text"));
    }

    static bool IsOne(Type type, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => type == typeof(bool),
        JsonValueKind.Number when type == typeof(int) => element.TryGetInt32(out _),
        JsonValueKind.Number when type == typeof(long) => element.TryGetInt64(out _),
        JsonValueKind.Number when type == typeof(decimal) => ExactDecimal.TryRead(element.GetRawText(), out _),
        JsonValueKind.Number => type == typeof(double),
        JsonValueKind.String when type == typeof(Guid) => element.TryGetGuid(out _),
        JsonValueKind.String when type == typeof(DateOnly) =>
            DateOnly.TryParseExact(element.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        JsonValueKind.String when type == typeof(DateTimeOffset) => element.TryGetDateTimeOffset(out _),
        JsonValueKind.String => type == typeof(string),
        _ => false
    };

    /// <summary>For a number that is too large, or has too many digits.</summary>
    static string Bounds(Type type) =>
        type == typeof(decimal) ? ExactDecimal.Expected
        : type == typeof(int) ? $"a whole number from {int.MinValue} to {int.MaxValue}"
        : type == typeof(long) ? $"a whole number from {long.MinValue} to {long.MaxValue}"
        : Expected(type);

    static string Expected(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => "a text",
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            _ when type == typeof(decimal) => "a number",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(Guid) => "a GUID",
            _ when type == typeof(DateOnly) => "a day such as \"2026-10-31\"",
            _ when type == typeof(DateTimeOffset) => "an instant such as \"2026-10-31T23:59:00Z\"",
            _ when type == typeof(Dictionary<string, string>) => "an object of texts",
            _ when type == typeof(JsonObject) => "an object",
            _ when type.IsArray => $"an array of {type.GetElementType()!.Name}",
            _ => $"an object: {type.Name}"
        };
    }

    static string Unknown(string name, Member[] members) =>
        ContractCatalog.Nearest(name, members.Select(member => CamelCase(member.Name))) is { } near
            ? $"no such member; did you mean {near}?"
            : $"no such member; there are {string.Join(", ", members.Select(member => CamelCase(member.Name)))}";

    static string Shown(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();

    static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    static string CamelCase(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    static Member[] Members(Type type)
    {
        lock (NullabilityGate)
        {
            if (!MembersOf.TryGetValue(type, out var members))
                MembersOf[type] = members = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => new Member(
                    property.Name,
                    property.PropertyType,
                    property.IsDefined(typeof(RequiredMemberAttribute), inherit: false),
                    Nullability.Create(property).WriteState != NullabilityState.NotNull))];
            return members;
        }
    }
}
