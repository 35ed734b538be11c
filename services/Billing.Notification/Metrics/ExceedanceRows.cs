using Billing.Hosting.Texts;
using Billing.Notification.Messages;
using Billing.Notification.Queueing;
using Billing.Persistence.Personal;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.Notification.Metrics;

/// <summary>How often a workspace was too fast in a channel since the last reset, and where its window of alerts stands.</summary>
[RowsChange]
public sealed class WorkspaceFigure
{
    public required string WorkspaceId { get; init; }
    public required Channel Channel { get; init; }
    public long Count { get; set; }
    public DateTimeOffset? LastExceeded { get; set; }

    /// <summary>When the window began that is counted now.</summary>
    public DateTimeOffset? WindowFrom { get; set; }

    public int InWindow { get; set; }
}

/// <summary>One exceedance, for people to read; the newest of each workspace and channel are kept.</summary>
[RowsGo]
public sealed record ExceedanceEntry
{
    public const int LongestMessage = 500;

    public required Guid ExceedanceId { get; init; }
    public required string WorkspaceId { get; init; }
    public required Channel Channel { get; init; }
    public required DateTimeOffset At { get; init; }
    public required int BatchSize { get; init; }
    [Personal(PersonalKind.Quotes)]
    public required string ErrorMessage { get; init; }

    public static ExceedanceEntry Of(Exceedance exceedance) => new()
    {
        ExceedanceId = Guid.CreateVersion7(exceedance.At),
        WorkspaceId = exceedance.WorkspaceId,
        Channel = exceedance.Channel,
        At = exceedance.At,
        BatchSize = exceedance.BatchSize,
        ErrorMessage = exceedance.ErrorMessage.ShortenedTo(LongestMessage)
    };
}

/// <summary>A workspace exceeded too often: one for each window, by its key.</summary>
[RowsChange]
public sealed record ExceedanceAlert
{
    public required string WorkspaceId { get; init; }
    public required Channel Channel { get; init; }
    public required DateTimeOffset WindowFrom { get; init; }
    public required DateTimeOffset At { get; init; }
    public required int Count { get; init; }
    [Personal(PersonalKind.Quotes)]
    public required string ErrorMessage { get; init; }

    /// <summary>When the bus was told; null until then.</summary>
    public DateTimeOffset? ToldAt { get; set; }
}

sealed class ExceedanceMaps : IEntityTypeConfiguration<WorkspaceFigure>, IEntityTypeConfiguration<ExceedanceEntry>, IEntityTypeConfiguration<ExceedanceAlert>
{
    public void Configure(EntityTypeBuilder<WorkspaceFigure> figure)
    {
        figure.ToTable("WorkspaceFigure");
        figure.HasKey(x => new { x.WorkspaceId, x.Channel });
        figure.Property(x => x.WorkspaceId).HasMaxLength(MessageBounds.LongestWorkspaceId);
        figure.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
        figure.HasIndex(x => x.Count);      // who exceeds most
    }

    public void Configure(EntityTypeBuilder<ExceedanceEntry> entry)
    {
        entry.ToTable("Exceedance");
        entry.HasKey(x => x.ExceedanceId);
        entry.Property(x => x.ExceedanceId).ValueGeneratedNever();
        entry.Property(x => x.WorkspaceId).HasMaxLength(MessageBounds.LongestWorkspaceId);
        entry.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
        entry.Property(x => x.ErrorMessage).HasMaxLength(ExceedanceEntry.LongestMessage);
        entry.HasIndex(x => new { x.WorkspaceId, x.Channel, x.At });
    }

    public void Configure(EntityTypeBuilder<ExceedanceAlert> alert)
    {
        alert.ToTable("ExceedanceAlert");
        alert.HasKey(x => new { x.WorkspaceId, x.Channel, x.WindowFrom });      // one for each window
        alert.Property(x => x.WorkspaceId).HasMaxLength(MessageBounds.LongestWorkspaceId);
        alert.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
        alert.Property(x => x.ErrorMessage).HasMaxLength(ExceedanceEntry.LongestMessage);
        alert.HasIndex(x => x.ToldAt).HasFilter("\"ToldAt\" IS NULL");
    }
}
