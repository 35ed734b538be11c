using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Billing.Contracts;
using Billing.Hosting.Texts;

namespace Billing.Hosting.Validation;

/// <summary>Puts into words what a JSON value is, and what was expected in its place.</summary>
static partial class UnreadableJson
{
    public const int LongestValue = 80;

    static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static UnreadableValue Describe(string field, JsonElement value, string expected)
    {
        var json = (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? JsonSerializer.Serialize(value, OneLine) : value.GetRawText())
            .ShortenedTo(LongestValue);
        return new UnreadableValue(field, value.ValueKind == JsonValueKind.String ? TextOf(value).ShortenedTo(LongestValue) : json, json, expected);
    }

    /// <param name="path">As the serializer writes it, with or without the root.</param>
    /// <param name="root">Where the path begins.</param>
    public static JsonElement ValueAt(string path, JsonElement root)
    {
        foreach (var step in Step().Matches(path).Select(match => match.Value).Where(step => step != "$"))
            root = root.ValueKind == JsonValueKind.Array && int.TryParse(step, out var index) ? root[index] : Member(root, step);
        return root;
    }

    /// <summary>What the serializer wanted instead, in words of the contract. A number that is too large is told the bounds.</summary>
    public static string Expected(JsonException exception, JsonElement value) => Expected(Target().Match(exception.Message).Groups["type"].Value, value);

    /// <summary>What is missing, when that is the complaint: the members of a contract that would be taken for zero.</summary>
    public static IReadOnlyList<string> MissingMembers(JsonException exception) =>
        Missing().Match(exception.Message) is { Success: true } missing ? [.. missing.Groups["name"].Captures.Select(name => name.Value)] : [];

    /// <param name="type">Its full name in C#.</param>
    /// <param name="value">What stands there; undefined for nothing.</param>
    public static string Expected(string type, JsonElement value) => type switch
    {
        "System.Int32" => WholeNumber(value, int.MinValue, int.MaxValue),
        "System.Int64" => WholeNumber(value, long.MinValue, long.MaxValue),
        "System.Int16" => WholeNumber(value, short.MinValue, short.MaxValue),
        "System.Decimal" when value.ValueKind == JsonValueKind.Number => $"a number from {decimal.MinValue} to {decimal.MaxValue} of at most 28 decimals",
        "System.Decimal" => "a number of at most 28 digits with a point and without thousands marks, such as 1234.56",
        "System.Double" => "a number",
        "System.Boolean" => "true or false",
        "System.String" => "a text",
        "System.Guid" => "an id such as 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "System.DateOnly" => "a day such as 2026-10-31",
        "System.DateTimeOffset" => ExactInstant.Expected,
        "System.TimeSpan" => "a time span such as 00:15:00, or 1.00:00:00 for a day",
        _ when type.EndsWith("[]", StringComparison.Ordinal) => "a list",
        _ => "an object",
    };

    static string WholeNumber(JsonElement value, long least, long most) =>
        value.ValueKind == JsonValueKind.Number ? $"a whole number from {least} to {most}" : "a whole number";

    static JsonElement Member(JsonElement of, string name) =>
        of.EnumerateObject().First(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    static string TextOf(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return value.GetRawText();      // half of a character of two halves
        }
    }

    [GeneratedRegex(@"[^.\[\]']+")]
    private static partial Regex Step();

    [GeneratedRegex(@"for type 'Billing\.Contracts\.[^']*' was missing required properties including: (?:'(?<name>\w+)'(?:, )?)+")]
    private static partial Regex Missing();

    [GeneratedRegex(@"converted to (?:System\.Nullable`1\[)?(?<type>\w+(?:\.\w+)*(?:\[\])?)")]
    private static partial Regex Target();
}
