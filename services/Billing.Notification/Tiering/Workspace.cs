using Billing.Notification.Messages;
using Billing.Notification.Settings;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.Notification.Tiering;

/// <summary>What somebody set for a workspace. One that nobody named has no row, and the tier of all.</summary>
[RowsChange]
public sealed class Workspace
{
    public required string WorkspaceId { get; init; }
    public string? Tier { get; set; }

    /// <summary>Nothing of it leaves until it is resumed.</summary>
    public bool IsPaused { get; set; }

    public string? SetBy { get; set; }
    public DateTimeOffset? SetAt { get; set; }

    /// <summary>What its tier's own limits leave, by channel; only kept where there is such a limit.</summary>
    public double EmailTokens { get; set; }

    public DateTime? EmailTokensAt { get; set; }
    public double SmsTokens { get; set; }
    public DateTime? SmsTokensAt { get; set; }
}

/// <summary>A tier that somebody set; it takes the place of the configured one of the same name.</summary>
[RowsChange]
public sealed class Tier
{
    public required string Name { get; init; }
    public required int Weight { get; set; }
    public int? EmailPerSecond { get; set; }
    public int? SmsPerSecond { get; set; }
    public string? SetBy { get; set; }
    public DateTimeOffset? SetAt { get; set; }
}

sealed class WorkspaceMap : IEntityTypeConfiguration<Workspace>
{
    public void Configure(EntityTypeBuilder<Workspace> workspace)
    {
        workspace.ToTable("Workspace");
        workspace.HasKey(x => x.WorkspaceId);
        workspace.Property(x => x.WorkspaceId).HasMaxLength(MessageBounds.LongestWorkspaceId);
        workspace.Property(x => x.Tier).HasMaxLength(TierOptions.LongestName);
        workspace.Property(x => x.SetBy).HasMaxLength(200);
    }
}

sealed class TierMap : IEntityTypeConfiguration<Tier>
{
    public void Configure(EntityTypeBuilder<Tier> tier)
    {
        tier.ToTable("Tier");
        tier.HasKey(x => x.Name);
        tier.Property(x => x.Name).HasMaxLength(TierOptions.LongestName);
        tier.Property(x => x.SetBy).HasMaxLength(200);
    }
}
