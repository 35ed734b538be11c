using Billing.Hosting.Outcomes;
using Billing.Hosting.Texts;
using MassTransit;

namespace Billing.Scheduler.Auditing;

/// <summary>Writes down who changed what, in the transaction of the change, and tells the sender of the command the same.</summary>
sealed class AuditTrail(SchedulerDbContext db, TimeProvider clock)
{
    public const int LongestWho = 400;
    public const int LongestWhy = 1000;

    /// <param name="context">The command.</param>
    /// <param name="about">The kind of its subject, one of <see cref="AuditSubject"/>, and its key.</param>
    /// <param name="what">What happened to it, in the past tense.</param>
    /// <param name="by">Whom the command names.</param>
    /// <param name="why">As the command says it.</param>
    /// <param name="after">The members that changed, as they are now; nothing confidential.</param>
    public void Write(ConsumeContext context, (string Kind, string Id) about, string what, string? by, string? why, object? after = null)
    {
        var now = clock.GetUtcNow();
        db.Audit.Add(new AuditEntry
        {
            Id = Guid.CreateVersion7(now),
            At = now,
            SubjectKind = about.Kind,
            SubjectId = about.Id,
            What = what,
            Who = WhoOf(context, by),
            Why = why?.ShortenedTo(LongestWhy),
            MessageId = context.MessageId
        });
        CommandOutcome.Changed(about.Kind, about.Id, what, after: after);
    }

    /// <summary>A name can be claimed, so what the envelope knows of the sender stands beside it.</summary>
    public static string WhoOf(ConsumeContext context, string? by)
    {
        var program = context.Host is { ProcessName: { Length: > 0 } process } host ? $"{process} on {host.MachineName ?? "an unknown machine"}"
            : "a plain message";
        return (string.IsNullOrWhiteSpace(by) ? program : $"{by}, through {program}").ShortenedTo(LongestWho);
    }
}
