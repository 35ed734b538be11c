using System.Text;
using System.Text.RegularExpressions;

namespace Billing.Notification.Writing;

/// <summary>A text with fields in braces, taken apart once so that filling it in is only putting together.</summary>
sealed partial class Pattern
{
    readonly List<(string Before, string? Field)> _parts = [];

    public Pattern(string text)
    {
        var at = 0;
        foreach (Match field in Field().Matches(text))
        {
            _parts.Add((text[at..field.Index], field.Groups[1].Value));
            at = field.Index + field.Length;
        }

        _parts.Add((text[at..], null));
    }

    public IEnumerable<string> Fields => _parts.Select(part => part.Field).OfType<string>().Distinct();

    /// <summary>A value that looks like a field stays as it is.</summary>
    public string Fill(IReadOnlyDictionary<string, string> values)
    {
        var text = new StringBuilder(512);
        foreach (var (before, field) in _parts)
        {
            text.Append(before);
            if (field is not null)
                text.Append(values[field]);
        }

        return text.ToString();
    }

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Field();
}
