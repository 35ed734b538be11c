namespace Billing.Contracts.Notification.V1;

/// <summary>
/// Event. A workspace was too fast too often: its provider, or our own limiter, said no. Said once for each window, however often it goes on.
/// </summary>
public sealed record WorkspaceExceededTooOften
{
    public required string WorkspaceId { get; init; }

    /// <summary><c>Email</c> or <c>Sms</c>.</summary>
    public required string Channel { get; init; }

    /// <summary>Exceedances since <see cref="Since"/>, when this was said.</summary>
    public required int Count { get; init; }

    /// <summary>When the window began.</summary>
    public required DateTimeOffset Since { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What was said to the last one.</summary>
    public required string ErrorMessage { get; init; }
}
