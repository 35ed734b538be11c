using Billing.Notification.Messages;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.Notification.Queueing;

/// <summary>Which message a key stands for, within its workspace and channel.</summary>
[RowsChange]
[RowsGo]
public sealed class HeldKey
{
    public required Channel Channel { get; init; }
    public required string WorkspaceId { get; init; }
    public required string Key { get; init; }
    public required Guid NotificationId { get; set; }

    /// <summary>The key means nothing from then on.</summary>
    public required DateTimeOffset Until { get; set; }
}

sealed class HeldKeyMap : IEntityTypeConfiguration<HeldKey>
{
    public void Configure(EntityTypeBuilder<HeldKey> key)
    {
        key.ToTable("HeldKey");
        key.HasKey(x => new { x.Channel, x.WorkspaceId, x.Key });
        key.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
        key.Property(x => x.WorkspaceId).HasMaxLength(MessageBounds.LongestWorkspaceId);
        key.Property(x => x.Key).HasMaxLength(SameMeaning.LongestKey);
        key.HasIndex(x => x.Until);
    }
}

/// <summary>What becomes of a message with a key.</summary>
public abstract record DeduplicationDecision
{
    /// <summary>It is sent, not before the given time, and the key stands for it.</summary>
    public sealed record Keep(DateTimeOffset? NotBefore, DateTimeOffset Until) : DeduplicationDecision;

    /// <summary>It is sent in the place of the one that the key stands for.</summary>
    public sealed record Replace(DateTimeOffset NotBefore, DateTimeOffset Until) : DeduplicationDecision;

    /// <summary>It is not sent.</summary>
    public sealed record Drop : DeduplicationDecision;
}

public static class Deduplicating
{
    /// <param name="same">What the new message says.</param>
    /// <param name="held">Until when the key stands for another message, and how far that one is; null when it stands for none.</param>
    /// <param name="now">When the new message came.</param>
    public static DeduplicationDecision Decide(SameMeaning same, (DateTimeOffset Until, MessageState State)? held, DateTimeOffset now)
    {
        var hasEnded = held is { State: MessageState.Sent or MessageState.Failed or MessageState.Dropped };
        return same.Mode switch
        {
            DeduplicationMode.Simple when held is null || hasEnded => new DeduplicationDecision.Keep(null, now + SameMeaning.Longest),
            DeduplicationMode.Simple => new DeduplicationDecision.Drop(),
            DeduplicationMode.Throttle when held is { } first && first.Until > now => new DeduplicationDecision.Drop(),
            DeduplicationMode.Throttle => new DeduplicationDecision.Keep(null, now + same.For),
            DeduplicationMode.Debounce when held is { State: MessageState.Deferred } => new DeduplicationDecision.Replace(now + same.For, now + same.For),
            // A message that is on its way already cannot be taken back.
            DeduplicationMode.Debounce => new DeduplicationDecision.Keep(now + same.For, now + same.For),
            _ => throw new ArgumentOutOfRangeException(nameof(same), same.Mode, "no such mode")
        };
    }
}
