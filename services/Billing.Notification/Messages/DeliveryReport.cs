using Billing.Persistence;
using Billing.Persistence.Personal;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.Notification.Messages;

/// <summary>How far a message is on the provider's side. It only moves towards the end of this list, however reports overtake each other.</summary>
public enum DeliveryStage
{
    Queued = 1,
    Sending = 2,
    Sent = 3,

    /// <summary>It did not arrive, as far as this copy goes: a second one, sent in doubt, may.</summary>
    Undelivered = 4,

    Delivered = 5
}

/// <summary>What the provider last said of a message that it took.</summary>
[RowsChange]
public sealed record DeliveryReport
{
    public const int LongestReason = 400;

    public required Guid NotificationId { get; init; }
    public required DeliveryStage Stage { get; init; }

    /// <summary>The provider's own id.</summary>
    public string? Reference { get; init; }

    /// <summary>Why it was not delivered, in the provider's words.</summary>
    [Personal(PersonalKind.Quotes)]
    public string? Reason { get; init; }

    public required DateTimeOffset At { get; init; }
}

sealed class DeliveryReportMap : IEntityTypeConfiguration<DeliveryReport>
{
    public void Configure(EntityTypeBuilder<DeliveryReport> report)
    {
        report.ToTable("DeliveryReport");
        report.HasKey(x => x.NotificationId);
        report.Property(x => x.NotificationId).ValueGeneratedNever();
        report.Property(x => x.Reference).HasMaxLength(64);
        report.Property(x => x.Reason).HasMaxLength(DeliveryReport.LongestReason);
    }
}

/// <summary>Records what providers report by themselves.</summary>
sealed class DeliveryReports(NotificationDbContext db, IBulkWriter bulk, TimeProvider clock)
{
    /// <returns>False for a message that is not ours.</returns>
    public async Task<bool> RecordAsync(Guid id, DeliveryStage stage, string? reference, string? reason, CancellationToken cancellationToken)
    {
        if (!await db.Messages.AnyAsync(message => message.NotificationId == id, cancellationToken))
            return false;
        var report = new DeliveryReport { NotificationId = id, Stage = stage, Reference = reference, Reason = reason, At = clock.GetUtcNow() };
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if ((await bulk.InsertNewAsync(db, [report], cancellationToken)).Count == 0)
            await db.DeliveryReports.Where(known => known.NotificationId == id && known.Stage < stage).ExecuteUpdateAsync(set => set
                .SetProperty(known => known.Stage, stage).SetProperty(known => known.Reference, reference)
                .SetProperty(known => known.Reason, reason).SetProperty(known => known.At, report.At), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>The provider has the message, for it has reported on it: what the answer to our request was no longer matters.</summary>
    public Task<bool> HasAsync(Guid id, CancellationToken cancellationToken) =>
        db.DeliveryReports.AnyAsync(report => report.NotificationId == id, cancellationToken);
}
