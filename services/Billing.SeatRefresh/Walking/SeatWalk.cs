using Billing.Contracts;
using Billing.Persistence.Rights;
using Billing.SeatRefresh.Counting;
using Billing.SeatRefresh.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Walking;

/// <summary>The two ways in which seats are counted.</summary>
public enum RefreshWay
{
    /// <summary>One job for each subscription, in slots.</summary>
    Jobs,

    /// <summary>The batch: all rows, one statement for each hundred.</summary>
    Batch
}

/// <summary>
/// A walk over all billable subscriptions in the order of their ids, for one tick: the batch, or either way in shadow mode. Each step is one transaction that
/// locks this row, so one process at a time walks, and another goes on where a dead one stopped.
/// </summary>
[RowsChange]
[RowsGo]
public sealed class SeatWalk
{
    public required RefreshWay Way { get; init; }

    /// <summary>The tick that it belongs to.</summary>
    public required DateTimeOffset DueAt { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The last subscription that is behind it.</summary>
    public string After { get; set; } = "";

    /// <summary>So many more steps are of one subscription each: something went wrong on this stretch.</summary>
    public int Careful { get; set; }

    public RefreshMode Mode { get; set; }
    public int Seen { get; set; }
    public int Differences { get; set; }

    /// <summary>Subscriptions that it could not count, each with its reason on its own row.</summary>
    public int Failed { get; set; }

    public DateTimeOffset? DoneAt { get; set; }
}

sealed class SeatWalkMap : IEntityTypeConfiguration<SeatWalk>
{
    public void Configure(EntityTypeBuilder<SeatWalk> walk)
    {
        walk.ToTable("SeatWalk");
        walk.HasKey(x => new { x.Way, x.DueAt });
        walk.Property(x => x.Way).HasConversion<string>().HasMaxLength(8);
        walk.Property(x => x.Mode).HasConversion<string>().HasMaxLength(8);
        walk.Property(x => x.After).HasMaxLength(ExternalId.Longest);
        walk.HasIndex(x => x.DoneAt).HasFilter("\"DoneAt\" IS NULL");      // those under way
    }
}
