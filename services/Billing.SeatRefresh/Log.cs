using Billing.SeatRefresh.Subscriptions;

namespace Billing.SeatRefresh;

/// <summary>One line for each business fact that no event reports.</summary>
static partial class Log
{
    [LoggerMessage(2001, LogLevel.Warning, "Subscription {SubscriptionId} could not be counted: {Reason}")]
    public static partial void RefreshFailed(this ILogger log, string subscriptionId, string reason);

    [LoggerMessage(2002, LogLevel.Error, "The refresh is interrupted; what was under way is taken up again")]
    public static partial void RefreshInterrupted(this ILogger log, Exception trouble);

    [LoggerMessage(2003, LogLevel.Warning,
        "Slot {Slot} went to another: this process stood still for longer than its lease, and what it had under way is given back")]
    public static partial void SlotLost(this ILogger log, int slot);
}
