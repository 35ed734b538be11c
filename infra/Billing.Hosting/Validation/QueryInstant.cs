using Billing.Contracts;

namespace Billing.Hosting.Validation;

/// <summary>An instant in the query of an address, such as <c>?from=2026-10-01T00:00:00Z</c>.</summary>
public static class QueryInstant
{
    /// <summary>True when it is left out, and then there is none, or says its offset. A plus sign that nobody escaped arrives as a space.</summary>
    public static bool TryRead(string? text, out DateTimeOffset? instant)
    {
        var read = ExactInstant.TryRead(text, out var at)
            || (text is { Length: > 6 } && text[^6] == ' ' && ExactInstant.TryRead($"{text[..^6]}+{text[^5..]}", out at));
        instant = read ? at : null;
        return read || string.IsNullOrEmpty(text);
    }

    /// <summary>What to answer when it does not.</summary>
    public static string Refusal(string name, string? text) => $"{name} is \"{text}\"; expected {ExactInstant.Expected}.";
}
