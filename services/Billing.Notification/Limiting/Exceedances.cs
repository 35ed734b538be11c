namespace Billing.Notification.Limiting;

/// <summary>A send that was refused for its speed, by the provider or by our own limiter.</summary>
public sealed record Exceedance(Channel Channel, string WorkspaceId, DateTimeOffset At, int BatchSize, string ErrorMessage);

public static class Exceedances
{
    /// <summary>How many are kept of a workspace and channel: what a person reads, not what a machine counts.</summary>
    public const int Kept = 100;

    /// <summary>The list with the new one in front; the oldest fall off the end.</summary>
    public static IReadOnlyList<Exceedance> With(this IReadOnlyList<Exceedance> newestFirst, Exceedance added) =>
        [added, .. newestFirst.Take(Kept - 1)];

    /// <summary>One alert for each window, however many exceedances it holds.</summary>
    public static bool IsAlertDue(DateTimeOffset? lastAlert, DateTimeOffset now, TimeSpan window) =>
        lastAlert is not { } last || now - last >= window || last > now + window;
}
