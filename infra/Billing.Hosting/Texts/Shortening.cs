namespace Billing.Hosting.Texts;

/// <summary>Texts from outside, made to fit a column or a line.</summary>
public static class Shortening
{
    /// <summary>
    /// The text itself when it has at most <paramref name="longest"/> characters; else its beginning and an ellipsis, together as long as that.
    /// </summary>
    public static string ShortenedTo(this string text, int longest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        if (text.Length <= longest)
            return text;
        // a character of two halves is kept whole or left out; half of one could not be stored
        var end = longest - 1;
        if (end > 0 && char.IsHighSurrogate(text[end - 1]))
            end--;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}
