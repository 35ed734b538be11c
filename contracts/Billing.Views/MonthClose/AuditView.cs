using System.Text.Json;

namespace Billing.Views.MonthClose;

/// <summary>One row of the trail as people and programs read it.</summary>
public sealed record AuditView(
    Guid Id, DateTimeOffset At, string? AccountId, string SubjectKind, string SubjectId, string What, string Who, string? Why,
    JsonElement? Before, JsonElement? After, Guid? MessageId, Guid? CorrelationId);

/// <param name="Entries">Newest first.</param>
/// <param name="Next">Given as <c>after</c>, brings the next page; null on the last.</param>
public sealed record AuditPage(IReadOnlyList<AuditView> Entries, string? Next);
