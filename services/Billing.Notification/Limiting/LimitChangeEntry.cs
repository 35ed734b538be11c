using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.Notification.Limiting;

/// <summary>A limit was changed: by a person, or because of what was seen of the provider. Appended, and never updated.</summary>
public sealed class LimitChangeEntry
{
    public required Guid LimitChangeId { get; init; }
    public required Channel Channel { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Sends a second; null is no limit.</summary>
    public int? From { get; init; }

    public int? To { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Cause { get; init; }

    /// <summary>The person, when it was one.</summary>
    public string? By { get; init; }
}

sealed class LimitChangeMap : IEntityTypeConfiguration<LimitChangeEntry>
{
    public void Configure(EntityTypeBuilder<LimitChangeEntry> change)
    {
        change.ToTable("LimitChange");
        change.HasKey(x => x.LimitChangeId);
        change.Property(x => x.LimitChangeId).ValueGeneratedNever();
        change.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
        change.Property(x => x.Cause).HasMaxLength(400);
        change.Property(x => x.By).HasMaxLength(200);
        change.HasIndex(x => new { x.Channel, x.At });
    }
}
