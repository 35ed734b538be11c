namespace Billing.Notification.Messages;

public enum DeduplicationMode
{
    /// <summary>The first, until it has ended.</summary>
    Simple,

    /// <summary>The first of each span.</summary>
    Throttle,

    /// <summary>The last, when none has come for a span.</summary>
    Debounce
}

/// <summary>By this key a sender says that messages mean the same.</summary>
public sealed record SameMeaning(string Key, DeduplicationMode Mode, TimeSpan For)
{
    public const int LongestKey = 128;
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);
}
