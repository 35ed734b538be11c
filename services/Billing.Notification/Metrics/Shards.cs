namespace Billing.Notification.Metrics;

/// <summary>The rows that take turns for one figure, so that those who book at the same time seldom wait for each other's commit. Their sum is the figure.</summary>
static class Shards
{
    const int Count = 8;

    public static int Any() => Random.Shared.Next(Count);
}
