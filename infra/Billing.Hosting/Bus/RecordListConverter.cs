using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Billing.Hosting.Texts;
using Billing.Hosting.Validation;
using Billing.Sealing;

namespace Billing.Hosting.Bus;

/// <summary>Reads a list record by record; one that cannot be read becomes null, and <see cref="RecordList"/> knows what of it could be read.</summary>
sealed class RecordListConverter<T> : JsonConverter<T[]>
    where T : class
{
    public override T[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException();      // the serializer adds where it is, and what was expected
        var type = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        var (records, unread) = (new List<T?>(), new List<ListedRecord<T>>());
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            records.Add(TryRead(ref reader, type));
            if (records[^1] is not null)
                continue;
            using var told = JsonDocument.ParseValue(ref reader);
            unread.Add(ReadPartly(records.Count - 1, told.RootElement, type));
        }

        T?[] list = [.. records];
        if (unread.Count > 0)
            RecordList.Remember(list, unread);
        return list!;
    }

    public override void Write(Utf8JsonWriter writer, T[] value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var record in value)
            JsonSerializer.Serialize(writer, record, options);
        writer.WriteEndArray();
    }

    /// <summary>Leaves the reader where it was when there is no record to read.</summary>
    static T? TryRead(ref Utf8JsonReader reader, JsonTypeInfo<T> type)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return null;
        var before = reader;
        try
        {
            return JsonSerializer.Deserialize(ref reader, type);
        }
        catch (JsonException)
        {
            reader = before;
            return null;
        }
    }

    static ListedRecord<T> ReadPartly(int index, JsonElement told, JsonTypeInfo<T> type)
    {
        if (told.ValueKind != JsonValueKind.Object)
            return RecordList.Empty<T>(index, Veiled(UnreadableJson.Describe("Record", told, "an object")), told.GetRawText());
        var (readable, unreadable) = (new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase), new List<UnreadableValue>());
        foreach (var value in told.EnumerateObject())
            if (MemberOf(type, value.Name) is not { } member)
                continue;
            else if (Unreadable(value.Value, member) is { } trouble)
                unreadable.Add(trouble);
            else
                readable[value.Name] = value.Value;
        foreach (var member in type.Properties.Where(member => member.IsRequired && !readable.ContainsKey(member.Name)))
        {
            // the others of the record are judged with it, so something has to stand in its place
            var kind = member.PropertyType;
            readable[member.Name] = JsonSerializer.SerializeToElement(Activator.CreateInstance(kind), member.Options.GetTypeInfo(kind));
            if (!told.EnumerateObject().Any(value => value.Name.Equals(member.Name, StringComparison.OrdinalIgnoreCase)))
                unreadable.Add(Veiled(new UnreadableValue(NameOf(member), "missing", "missing", UnreadableJson.Expected(kind.FullName!, default))));
        }

        return new ListedRecord<T>(index, JsonSerializer.SerializeToElement(readable).Deserialize(type)!, unreadable, told.GetRawText());
    }

    static string NameOf(JsonPropertyInfo member) => ((MemberInfo)member.AttributeProvider!).Name;

    static JsonPropertyInfo? MemberOf(JsonTypeInfo<T> type, string name) =>
        type.Properties.FirstOrDefault(member => member.Set is not null && member.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>One that is no object at all is called <c>Record</c>, and may hold everything.</summary>
    static UnreadableValue Veiled(UnreadableValue value) =>
        value with { MayBeShown = !ConfidentialMembers.Of(typeof(T)).IsConfidential(value.Field == "Record" ? "" : value.Field) };

    static UnreadableValue? Unreadable(JsonElement value, JsonPropertyInfo member)
    {
        try
        {
            _ = value.Deserialize(member.Options.GetTypeInfo(member.PropertyType));
            return null;
        }
        catch (JsonException exception)
        {
            var path = exception.Path is { Length: > 2 } below ? below[1..] : "";
            var at = UnreadableJson.ValueAt(path, value);
            return Veiled(UnreadableJson.Describe(NameOf(member) + path, at, UnreadableJson.Expected(exception, at)));
        }
    }
}
