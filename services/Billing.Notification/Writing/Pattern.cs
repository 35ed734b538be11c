using System.Text;
using System.Text.RegularExpressions;

namespace Billing.Notification.Writing;

/// <summary>
/// A text with fields in braces, taken apart once so that filling it in is only putting together. <c>{each lines}…{end}</c> repeats what is in between for each
/// line of that field, with <c>{line}</c> and, where it ends in <c>= 12.00</c>, <c>{amount}</c>. <c>{with link}…{end}</c> is there only when that field has a
/// value; it is the one field that may be missing.
/// </summary>
sealed partial class Pattern
{
    readonly List<(string Before, string? Field, Pattern? Each, bool MayMiss)> _parts = [];
    readonly Func<string, string> _encode;

    /// <param name="text">With its fields.</param>
    /// <param name="encode">What keeps a value from being taken for markup; none for plain text.</param>
    public Pattern(string text, Func<string, string>? encode = null)
    {
        _encode = encode ?? (value => value);
        var at = 0;
        foreach (Match part in Part().Matches(text))
        {
            _parts.Add((text[at..part.Index], part.Groups["field"].Value is { Length: > 0 } field ? field : part.Groups["each"].Value,
                part.Groups["each"].Success ? new Pattern(part.Groups["row"].Value, encode) : null, part.Groups["with"].Success));
            at = part.Index + part.Length;
        }

        _parts.Add((text[at..], null, null, false));
    }

    /// <summary>Those that must have a value.</summary>
    public IEnumerable<string> Fields => _parts.Where(part => !part.MayMiss).Select(part => part.Field).OfType<string>().Distinct();

    /// <summary>A value that looks like a field stays as it is.</summary>
    public string Fill(IReadOnlyDictionary<string, string> values)
    {
        var text = new StringBuilder(512);
        Fill(text, values);
        return text.ToString();
    }

    void Fill(StringBuilder text, IReadOnlyDictionary<string, string> values)
    {
        foreach (var (before, field, each, mayMiss) in _parts)
        {
            text.Append(before);
            if (mayMiss)
            {
                if (values.GetValueOrDefault(field!) is { Length: > 0 })
                    each!.Fill(text, values);
            }
            else if (each is not null)
                foreach (var line in values[field!].Split('\n', StringSplitOptions.RemoveEmptyEntries))
                    each.Fill(text, Row(line));
            else if (field is not null)
                text.Append(_encode(values[field]));
        }
    }

    static Dictionary<string, string> Row(string line)
    {
        var equals = line.LastIndexOf(" = ", StringComparison.Ordinal);
        return new(StringComparer.Ordinal) { ["line"] = equals < 0 ? line : line[..equals], ["amount"] = equals < 0 ? "" : line[(equals + 3)..] };
    }

    [GeneratedRegex(@"\{(each|(?<with>with)) (?<each>[a-z]+)\}(?<row>.*?)\{end\}|\{(?<field>[a-z]+)\}", RegexOptions.Singleline)]
    private static partial Regex Part();
}
