namespace Billing.Notification.Metrics;

/// <summary>
/// Several rows make up one figure, so that transactions that add to it at the same time seldom wait for each other's commit. Their sum is the figure.
/// </summary>
static class Shards
{
    const int Count = 8;

    public static int Any() => Random.Shared.Next(Count);
}
