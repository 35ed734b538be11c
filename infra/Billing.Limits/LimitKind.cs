namespace Billing.Limits;

/// <summary>How a limit counts, by name.</summary>
public enum LimitKind
{
    /// <summary>Never more than so many in any window of one second, as the receiver sees it.</summary>
    Window,

    /// <summary>So many a second on average; what was not used is saved up, for one second at most.</summary>
    Bucket,

    /// <summary>So many at the same time.</summary>
    Concurrent,

    /// <summary>No limit: nobody is asked.</summary>
    Unlimited
}
