using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Billing.MonthClose.Books.Histories;

/// <summary>A member of a saga's state that others write, in a message of their own: no message of the saga changes it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeptByOthersAttribute : Attribute;

/// <summary>The members of a saga's state as text that does not depend on which database kept them.</summary>
public static class SagaImage
{
    // asked of each message that a saga takes
    static readonly ConcurrentDictionary<IEntityType, IReadOnlyList<IProperty>> Members = [];

    /// <summary>The members that only the saga's own messages change, but for its key.</summary>
    public static IReadOnlyList<IProperty> MembersOf(IEntityType saga) => Members.GetOrAdd(saga, static type =>
        [.. type.GetProperties().Where(member => !member.IsPrimaryKey() && member.PropertyInfo is { } property
            && !Attribute.IsDefined(property, typeof(KeptByOthersAttribute)))]);

    public static SortedDictionary<string, JsonNode?> Of(IEntityType saga, object state)
    {
        var image = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var member in MembersOf(saga))
            image[member.Name] = Told(member.PropertyInfo!.GetValue(state));
        return image;
    }

    /// <summary>A time as the databases keep it, to the microsecond.</summary>
    public static JsonNode? Told(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool yes => JsonValue.Create(yes),
        int or long or short => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        Enum name => JsonValue.Create(name.ToString()),
        Guid id => JsonValue.Create(id.ToString()),
        DateTimeOffset at => JsonValue.Create(at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)),
        DateOnly day => JsonValue.Create(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        decimal amount => JsonValue.Create(amount.ToString("0.############################", CultureInfo.InvariantCulture)),
        _ => JsonSerializer.SerializeToNode(value)
    };

    public static bool AreSame(IReadOnlyDictionary<string, JsonNode?>? one, IReadOnlyDictionary<string, JsonNode?>? other) =>
        one is null || other is null ? one is null && other is null
        : one.Count == other.Count && one.All(member => other.TryGetValue(member.Key, out var value) && JsonNode.DeepEquals(member.Value, value));

    /// <summary>As a person reads it; a dash for nothing.</summary>
    public static string Shown(JsonNode? value) => value is null ? "–" : value.ToString();
}
