using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.Notification.Queueing;

public enum DeduplicationMode
{
    /// <summary>The first, until it has ended.</summary>
    Simple,

    /// <summary>The first of each span.</summary>
    Throttle,

    /// <summary>The last, when none has come for a span.</summary>
    Debounce
}

/// <summary>By this key a sender says that messages mean the same.</summary>
public sealed record SameMeaning(string Key, DeduplicationMode Mode, TimeSpan For)
{
    public const int LongestKey = 128;
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);
}

/// <summary>Which message a key stands for, within its workspace and channel.</summary>
public sealed class HeldKey
{
    public required Channel Channel { get; init; }
    public required string WorkspaceId { get; init; }
    public required string Key { get; init; }
    public required Guid NotificationId { get; set; }

    /// <summary>The key means nothing any more from then on.</summary>
    public required DateTimeOffset Until { get; set; }
}

sealed class HeldKeyMap : IEntityTypeConfiguration<HeldKey>
{
    public void Configure(EntityTypeBuilder<HeldKey> key)
    {
        key.ToTable("HeldKey");
        key.HasKey(x => new { x.Channel, x.WorkspaceId, x.Key });
        key.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
        key.Property(x => x.WorkspaceId).HasMaxLength(Intake.LongestWorkspaceId);
        key.Property(x => x.Key).HasMaxLength(SameMeaning.LongestKey);
        key.HasIndex(x => x.Until);
    }
}

/// <summary>What becomes of a message with a key.</summary>
public abstract record Meeting
{
    /// <summary>It is sent, not before then, and the key stands for it.</summary>
    public sealed record Keep(DateTimeOffset? NotBefore, DateTimeOffset Until) : Meeting;

    /// <summary>It is sent in the place of the one that the key stands for.</summary>
    public sealed record Replace(DateTimeOffset NotBefore, DateTimeOffset Until) : Meeting;

    /// <summary>It is not sent.</summary>
    public sealed record Drop : Meeting;
}

public static class Deduplicating
{
    /// <param name="same">What the new message says.</param>
    /// <param name="held">Until when the key stands for another, and how far that one is; null when it stands for none.</param>
    /// <param name="now">When the new one came.</param>
    public static Meeting Decide(SameMeaning same, (DateTimeOffset Until, MessageState State)? held, DateTimeOffset now)
    {
        var hasEnded = held is { State: MessageState.Sent or MessageState.Failed or MessageState.Dropped };
        return same.Mode switch
        {
            DeduplicationMode.Simple => held is null || hasEnded ? new Meeting.Keep(null, now + SameMeaning.Longest) : new Meeting.Drop(),
            DeduplicationMode.Throttle => held is { } first && first.Until > now ? new Meeting.Drop() : new Meeting.Keep(null, now + same.For),
            // one that is on its way already cannot be taken back
            DeduplicationMode.Debounce => held is { State: MessageState.Deferred } ? new Meeting.Replace(now + same.For, now + same.For) : new Meeting.Keep(now + same.For, now + same.For),
            _ => throw new ArgumentOutOfRangeException(nameof(same), same.Mode, "no such mode")
        };
    }
}
