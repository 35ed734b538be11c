namespace Billing.Views.Restoring;

/// <summary>Books that were brought back from a backup, beside what the gateway has done since: the answer of <c>GET api/restoration</c>.</summary>
/// <param name="TakenAt">When the backup was taken.</param>
/// <param name="RestoredAt">When it was brought back.</param>
/// <param name="ReleasedAt">Null while nothing may leave.</param>
/// <param name="ReleasedBy">Who released it.</param>
/// <param name="Forgotten">Payments that the gateway took for charges that are not here, in words.</param>
/// <param name="NotBooked">Payments that it took for charges whose outcome is not known here, in words.</param>
/// <param name="RefundsForgotten">Refunds that it gave and that are not here, in words.</param>
/// <param name="TakenBack">Forgotten charges that an invoice has taken back since.</param>
public sealed record RestoredView(
    DateTimeOffset TakenAt, DateTimeOffset RestoredAt, DateTimeOffset? ReleasedAt, string? ReleasedBy, IReadOnlyList<string> Forgotten,
    IReadOnlyList<string> NotBooked, IReadOnlyList<string> RefundsForgotten, int TakenBack);

/// <summary>Messages of a service that was brought back from a backup: the answer of Notification to <c>GET api/restoration</c>.</summary>
/// <param name="TakenAt">When the backup was taken.</param>
/// <param name="RestoredAt">When it was brought back.</param>
/// <param name="ReleasedAt">Null while nothing may leave.</param>
/// <param name="ReleasedBy">Who released it.</param>
/// <param name="Waiting">Messages that wait, and may have left.</param>
/// <param name="Unknown">The first of those of which nobody knows whether they left, in words.</param>
/// <param name="HaveLeft">How many of those that wait are known to have left.</param>
public sealed record RestoredMessagesView(
    DateTimeOffset TakenAt, DateTimeOffset RestoredAt, DateTimeOffset? ReleasedAt, string? ReleasedBy, int Waiting, IReadOnlyList<string> Unknown,
    int HaveLeft);

/// <summary>Schedules that were brought back from a backup: the answer of the Scheduler to <c>GET api/restoration</c>.</summary>
/// <param name="TakenAt">When the backup was taken.</param>
/// <param name="RestoredAt">When it was brought back.</param>
/// <param name="ReleasedAt">Null while nothing may leave.</param>
/// <param name="ReleasedBy">Who released it.</param>
/// <param name="Held">What fell due and waits for the release, in words.</param>
public sealed record RestoredSchedulesView(
    DateTimeOffset TakenAt, DateTimeOffset RestoredAt, DateTimeOffset? ReleasedAt, string? ReleasedBy, IReadOnlyList<string> Held);

/// <summary>The answer of <c>POST api/restoration/release</c>.</summary>
/// <param name="Released">False when nothing was held.</param>
/// <param name="HadLeft">Messages that waited and are known to have left: they are not sent again.</param>
/// <param name="Unknown">Messages that waited, and of which nobody knows: they have failed, and are sent again by somebody's word only.</param>
public sealed record RestorationReleased(bool Released, int HadLeft, int Unknown);
