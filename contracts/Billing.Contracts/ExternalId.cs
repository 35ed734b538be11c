using System.Globalization;
using System.Text;

namespace Billing.Contracts;

/// <summary>
/// The one rule for ids that a provider or a user gives: of accounts, usage, subscriptions, namespaces, users, workspaces. They are compared ordinally, so case
/// matters, on every database.
/// </summary>
public static class ExternalId
{
    /// <summary>Characters, as UTF-16 counts them.</summary>
    public const int Longest = 256;

    public const string Expected = "1 to 256 printable characters without blanks at the ends";

    public static bool IsValid(string? id) =>
        id is { Length: > 0 and <= Longest } && !char.IsWhiteSpace(id[0]) && !char.IsWhiteSpace(id[^1]) && ArePrintable(id);

    static bool ArePrintable(string id)
    {
        for (var at = 0; at < id.Length;)
        {
            if (!Rune.TryGetRuneAt(id, at, out var letter))
                return false;       // half of a character of two halves
            if (Rune.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator)
                return false;
            at += letter.Utf16SequenceLength;
        }

        return true;
    }
}
