using Billing.Notification.Queueing;

namespace Billing.Notification.Metrics;

/// <summary>Messages of a workspace that were refused for their speed, by the provider or by our own limiter.</summary>
/// <param name="Channel">By which way.</param>
/// <param name="WorkspaceId">Whose.</param>
/// <param name="At">When.</param>
/// <param name="BatchSize">Messages of the batch that it happened to.</param>
/// <param name="ErrorMessage">What was said.</param>
public sealed record Exceedance(Channel Channel, string WorkspaceId, DateTimeOffset At, int BatchSize, string ErrorMessage);

/// <summary>Where the counting of a workspace's exceedances stands.</summary>
/// <param name="From">When the window began; null before the first.</param>
/// <param name="Count">How many it holds.</param>
public sealed record ExceedanceWindow(DateTimeOffset? From, int Count);

public static class Exceedances
{
    /// <summary>How many are kept of a workspace and channel: what a person reads, not what a machine counts.</summary>
    public const int Kept = 100;

    /// <summary>Counts some more. One alert for each window, with the exceedance that makes them too many.</summary>
    /// <remarks>
    /// <code>
    ///   x   x x  X  x x x          x          the window begins with the first; X is told of, and no other in it
    ///   |---------------|          |------
    /// </code>
    /// </remarks>
    public static (ExceedanceWindow Window, bool IsAlertDue) Count(ExceedanceWindow window, int more, DateTimeOffset now, int tooMany, TimeSpan length)
    {
        // a window that lies ahead means that the clock stepped back
        var goesOn = window.From is { } from && now - from < length && from - now < length;
        var before = goesOn ? window.Count : 0;
        var next = new ExceedanceWindow(goesOn ? window.From : now, before + more);
        return (next, before < tooMany && next.Count >= tooMany);
    }
}
