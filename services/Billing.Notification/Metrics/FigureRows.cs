using Billing.Notification.Messages;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.Notification.Metrics;

/// <summary>What was counted of a channel since ever, as one of a few rows (<see cref="Shards"/>).</summary>
[RowsChange]
public sealed record ChannelTotal
{
    public required Channel Channel { get; init; }
    public required int Shard { get; init; }

    /// <summary>Messages that a provider was asked to take.</summary>
    public long Count { get; init; }

    /// <summary>Those that it took.</summary>
    public long Success { get; init; }

    public long Exceeded { get; init; }

    /// <summary>Microseconds from leaving the queue to the answer, all together.</summary>
    public long Processing { get; init; }
}

/// <summary>What was asked for and what was done in one minute.</summary>
[RowsChange]
[RowsGo]
public sealed record MinuteFigure
{
    public required Channel Channel { get; init; }
    public required DateTimeOffset Minute { get; init; }
    public required int Shard { get; init; }

    /// <summary>Messages that were asked for.</summary>
    public long Demand { get; init; }

    public long Count { get; init; }
    public long Success { get; init; }
    public long Exceeded { get; init; }
}

/// <summary>How many answers took so long in one minute; see <see cref="Latencies"/>.</summary>
[RowsChange]
[RowsGo]
public sealed record MinuteLatency
{
    public required Channel Channel { get; init; }
    public required DateTimeOffset Minute { get; init; }
    public required int Bucket { get; init; }
    public required int Shard { get; init; }
    public long Count { get; init; }
}

/// <summary>
/// How many answers to one workspace's messages took so long on one day (UTC); see <see cref="Latencies"/>. There are never more rows than messages were sent,
/// and of a workspace that sends many no more than <see cref="Latencies.Buckets"/> a day, channel and shard.
/// </summary>
[RowsChange]
[RowsGo]
public sealed record WorkspaceLatency
{
    public required string WorkspaceId { get; init; }
    public required Channel Channel { get; init; }
    public required DateOnly Day { get; init; }
    public required int Bucket { get; init; }
    public required int Shard { get; init; }
    public long Count { get; init; }
}

/// <summary>The channel's limit in one minute, messages a second; null when it had none.</summary>
[RowsGo]
public sealed record MinuteLimit
{
    public required Channel Channel { get; init; }
    public required DateTimeOffset Minute { get; init; }
    public int? PerSecond { get; init; }
}

/// <summary>Where a channel's figures were when they were last reset: they are told from there.</summary>
[RowsChange]
public sealed record FigureBaseline
{
    public required Channel Channel { get; init; }
    public required DateTimeOffset Since { get; init; }
    public long Count { get; init; }
    public long Success { get; init; }
    public long Exceeded { get; init; }
    public long Processing { get; init; }
}

/// <summary>Who reset what.</summary>
public sealed record FigureReset
{
    public required Guid ResetId { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string By { get; init; }

    /// <summary><c>all</c>, <c>sms</c>, <c>email</c> or <c>workspace</c>.</summary>
    public required string Scope { get; init; }

    public string? WorkspaceId { get; init; }
}

sealed class FigureMaps : IEntityTypeConfiguration<ChannelTotal>, IEntityTypeConfiguration<MinuteFigure>, IEntityTypeConfiguration<MinuteLatency>,
    IEntityTypeConfiguration<WorkspaceLatency>, IEntityTypeConfiguration<MinuteLimit>, IEntityTypeConfiguration<FigureBaseline>,
    IEntityTypeConfiguration<FigureReset>
{
    public void Configure(EntityTypeBuilder<ChannelTotal> total)
    {
        total.ToTable("ChannelTotal");
        total.HasKey(x => new { x.Channel, x.Shard });
        total.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
    }

    public void Configure(EntityTypeBuilder<MinuteFigure> minute)
    {
        minute.ToTable("MinuteFigure");
        minute.HasKey(x => new { x.Channel, x.Minute, x.Shard });
        minute.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
        minute.HasIndex(x => x.Minute);     // what is too old is deleted by it
    }

    public void Configure(EntityTypeBuilder<MinuteLatency> latency)
    {
        latency.ToTable("MinuteLatency");
        latency.HasKey(x => new { x.Channel, x.Minute, x.Bucket, x.Shard });
        latency.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
        latency.HasIndex(x => x.Minute);
    }

    public void Configure(EntityTypeBuilder<WorkspaceLatency> latency)
    {
        latency.ToTable("WorkspaceLatency");
        latency.HasKey(x => new { x.Day, x.Channel, x.WorkspaceId, x.Bucket, x.Shard });      // what is too old is deleted by its beginning
        latency.Property(x => x.WorkspaceId).HasMaxLength(MessageBounds.LongestWorkspaceId);
        latency.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
    }

    public void Configure(EntityTypeBuilder<MinuteLimit> limit)
    {
        limit.ToTable("MinuteLimit");
        limit.HasKey(x => new { x.Channel, x.Minute });
        limit.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
        limit.HasIndex(x => x.Minute);
    }

    public void Configure(EntityTypeBuilder<FigureBaseline> baseline)
    {
        baseline.ToTable("FigureBaseline");
        baseline.HasKey(x => x.Channel);
        baseline.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
    }

    public void Configure(EntityTypeBuilder<FigureReset> reset)
    {
        reset.ToTable("FigureReset");
        reset.HasKey(x => x.ResetId);
        reset.Property(x => x.ResetId).ValueGeneratedNever();
        reset.Property(x => x.By).HasMaxLength(128);
        reset.Property(x => x.Scope).HasMaxLength(16);
        reset.Property(x => x.WorkspaceId).HasMaxLength(MessageBounds.LongestWorkspaceId);
        reset.HasIndex(x => x.At);
    }
}
