using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.Scheduler.Auditing;

/// <summary>What an audit row is about.</summary>
static class AuditSubject
{
    public const string Schedule = "schedule";
    public const string Command = "scheduled-command";
}

/// <summary>Who did what with a schedule or a scheduled command, and why. Appended in the change's own transaction, never changed.</summary>
public sealed class AuditEntry
{
    /// <summary>Grows with time.</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>One of <see cref="AuditSubject"/>.</summary>
    public required string SubjectKind { get; init; }

    /// <summary>The name of the schedule, or the id of the command.</summary>
    public required string SubjectId { get; init; }

    /// <summary>What happened to it, in the past tense.</summary>
    public required string What { get; init; }

    /// <summary>Whom the command named, and through which program it came.</summary>
    public required string Who { get; init; }

    public string? Why { get; init; }

    public Guid? MessageId { get; init; }
}

sealed class AuditEntryMap : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> audit)
    {
        audit.ToTable("AuditEntry");
        audit.HasKey(x => new { x.At, x.Id });      // newest first is the way it is read
        audit.Property(x => x.SubjectKind).HasMaxLength(24);
        audit.Property(x => x.SubjectId).HasMaxLength(64);
        audit.Property(x => x.What).HasMaxLength(64);
        audit.Property(x => x.Who).HasMaxLength(AuditTrail.LongestWho);
        audit.Property(x => x.Why).HasMaxLength(AuditTrail.LongestWhy);
        audit.HasIndex(x => new { x.SubjectId, x.At });
    }
}
