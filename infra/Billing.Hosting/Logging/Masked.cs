using System.Text.RegularExpressions;

namespace Billing.Hosting.Logging;

/// <summary>Addresses of people as logs may show them: enough to recognise, too little to write to.</summary>
public static partial class Masked
{
    /// <summary><c>jane@example.com</c> becomes <c>j***@example.com</c>.</summary>
    public static string Email(string address) => AnyEmail().Replace(address, "${first}***@${domain}");

    /// <summary><c>+4917612345678</c> becomes <c>+49***78</c>.</summary>
    public static string Phone(string number) =>
        number.Length < 6 ? "***" : $"{number[..3]}***{number[^2..]}";

    /// <summary><c>Jane Doe</c> becomes <c>J***</c>.</summary>
    public static string Name(string name) => name.Length == 0 ? "" : $"{name[0]}***";

    /// <summary>Masks every e-mail address and international phone number in a text.</summary>
    public static string Text(string text)
    {
        if (text.Contains('@', StringComparison.Ordinal))
            text = Email(text);
        return text.Contains('+', StringComparison.Ordinal) ? AnyPhone().Replace(text, match => Phone(match.Value)) : text;
    }

    [GeneratedRegex(@"(?<![\w.+%-])(?<first>[\w+%-])[\w.+%'-]*@(?<domain>[\w-]+(?:\.[\w-]+)+)")]
    private static partial Regex AnyEmail();

    [GeneratedRegex(@"(?<![\w+])\+[1-9](?:[ -]?\d){6,14}\b")]
    private static partial Regex AnyPhone();
}
