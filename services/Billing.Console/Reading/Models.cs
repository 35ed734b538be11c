using System.Text.Json;

namespace Billing.Console.Reading;

// What the console reads of answers whose types are the services' own: the members that it shows, and no more.

/// <summary>Of <c>GET health/ready</c>.</summary>
public sealed record HealthTold(string Status, string Version, IReadOnlyDictionary<string, CheckTold> Checks);

public sealed record CheckTold(string Status, string? Reason);

/// <summary>Of <c>GET api/restoration/held</c>.</summary>
public sealed record HeldTold(bool Held, DateTimeOffset? TakenAt, DateTimeOffset? RestoredAt);

/// <summary>Of <c>GET api/faults</c>.</summary>
public sealed record CauseTold(string Cause, string Queue, string Exception, string Reason, int Count, DateTimeOffset? First, DateTimeOffset? Last);

/// <summary>Of <c>GET api/faults/messages</c>.</summary>
public sealed record FaultTold(DateTimeOffset? At, string? MessageId, string Reason, string Body);

/// <summary>Of <c>GET api/seat-refresh</c>.</summary>
public sealed record RefreshTold(
    int Running, int Capacity, string Jobs, string Batch, bool Draining, int DueNow, bool MoreAreDue, int DoneInLast24Hours, DateTimeOffset? OldestRefresh,
    bool SomeWereNeverCounted, IReadOnlyList<FailingTold> Failing, IReadOnlyList<SlotTold> Slots, IReadOnlyList<WalkTold> Walks);

public sealed record FailingTold(string SubscriptionId, int Failures, string? Reason, DateTimeOffset? NextTryAt);

public sealed record SlotTold(int Slot, string Holder, DateTimeOffset TakenAt, DateTimeOffset LeasedUntil, int Counted);

public sealed record WalkTold(
    string Way, string Mode, DateTimeOffset DueAt, DateTimeOffset StartedAt, DateTimeOffset? DoneAt, int Seen, int Differences, int Failed);

/// <summary>Of <c>GET api/subscriptions</c>.</summary>
public sealed record SubscriptionTold(
    string SubscriptionId, string AccountId, string Plan, bool Trial, DateOnly TermEnd, int Seats, int SeatsInUse, int MaxSeatsUsed, int SeatsOwed,
    DateTimeOffset? LastSeatRefreshAt, DateTimeOffset? EndedAt);

/// <summary>Of <c>GET api/seats/explain/{id}</c>.</summary>
public sealed record SeatsTold(
    SeatFactsTold Subscription, IReadOnlyList<TakerTold> MadeBy, int OthersAtMark, IReadOnlyList<TakerTold> Others, IReadOnlyList<SeatChangeTold> History);

public sealed record SeatFactsTold(
    string SubscriptionId, string AccountId, string NamespaceId, string Plan, bool Trial, DateOnly TermStart, DateOnly TermEnd, int Seats, int SeatsInUse,
    int MaxSeatsUsed, int SeatsOwed, int SeatsRemaining, DateTimeOffset? MarkSetAt, DateTimeOffset? LastSeatRefreshAt, DateTimeOffset? EndedAt);

public sealed record TakerTold(string UserId, string Role, string NamespaceId, DateTimeOffset SeenAt, DateTimeOffset? GoneAt, DateTimeOffset? MemberSince);

public sealed record SeatChangeTold(
    int Version, DateTimeOffset ChangedAt, int PreviousInUse, int InUse, int PreviousMaxUsed, int MaxUsed, int PreviousSeats, int Seats, int PreviousOwed,
    int Owed, string ChangedBy);

/// <summary>Of <c>GET api/notifications/counts</c>.</summary>
public sealed record CountsTold(string Channel, long Queued, long Collected, long Sending, long Deferred, long Sent, long Failed, long Dropped);

/// <summary>Of <c>GET api/limits</c>.</summary>
public sealed record LimitTold(
    string Channel, int? PerSecond, int? Lowered, DateTimeOffset? HeldUntil, int? InFlight, IReadOnlyList<int> Processes,
    IReadOnlyList<LimitChangeTold> Changes);

public sealed record LimitChangeTold(DateTimeOffset At, int? From, int? To, string Cause, string? By);

/// <summary>Of <c>GET api/metrics</c>.</summary>
public sealed record FiguresTold(ChannelTold Sms, ChannelTold Email, IReadOnlyList<ExceedingTold> Workspaces);

public sealed record ChannelTold(
    long Count, long Success, long RateExceededCount, double AvgProcessingTime, double Throughput, DateTimeOffset Since, PercentilesTold? Percentiles);

public sealed record PercentilesTold(double P50, double P95, double P99);

public sealed record ExceedingTold(string WorkspaceId, ExceededTold Sms, ExceededTold Email);

public sealed record ExceededTold(long Count, DateTimeOffset? LastExceeded);

/// <summary>Of <c>GET api/metrics/latencies</c>.</summary>
public sealed record LatencyTold(string WorkspaceId, string Channel, long Count, double P50, double P95, double P99);

/// <summary>Of <c>GET api/metrics/demand</c>.</summary>
public sealed record DemandTold(DateTimeOffset Minute, long Demand, long Sent, long Exceeded, int? LimitPerSecond);

/// <summary>Of <c>GET api/notifications/waiting</c>.</summary>
public sealed record WaitingTold(string Channel, string WorkspaceId, long Queued, DateTimeOffset Oldest);

/// <summary>Of <c>GET api/notifications/failed/reasons</c>.</summary>
public sealed record FailedReasonTold(string Channel, string Reason, long Count, DateTimeOffset? Last);

/// <summary>One message of a list; its address is masked by its service.</summary>
public sealed record MessageTold(
    Guid NotificationId, string Channel, string WorkspaceId, string To, string? Template, string State, string? Reason, int Attempt, DateTimeOffset QueuedAt,
    DateTimeOffset? EndedAt);

/// <summary>What the audit trail kept of a change.</summary>
public static class AuditText
{
    public static string Of(JsonElement? members) =>
        members is not { } element ? "" : element.ValueKind != JsonValueKind.Object ? element.ToString()
        : string.Join(", ", element.EnumerateObject().Select(member => $"{member.Name} {member.Value}"));
}
