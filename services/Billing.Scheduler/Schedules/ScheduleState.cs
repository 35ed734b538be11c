using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.Scheduler.Schedules;

/// <summary>A schedule as the processes agreed on it, and how far it was considered. Whoever fires a tick holds this row's lock.</summary>
[RowsChange]
public sealed class ScheduleState
{
    public required string Name { get; init; }
    public required Command Command { get; set; }
    public required string Cron { get; set; }
    public required string TimeZone { get; set; }
    public required Misfire Misfire { get; set; }
    public required TimeSpan Tolerance { get; set; }

    /// <summary>False when configuration no longer names it.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Due times up to here are dealt with. It never goes back, so nothing fires again when the clock does.</summary>
    public required DateTimeOffset Considered { get; set; }

    public DateTimeOffset? LastDueAt { get; set; }
    public DateTimeOffset? LastFiredAt { get; set; }

    public ScheduleDefinition Definition => new(Name, Command, Cron, TimeZone, Misfire, Tolerance);

    public void Adopt(ScheduleDefinition definition, DateTimeOffset now)
    {
        (Command, Cron, TimeZone, Misfire, Tolerance) = (definition.Command, definition.Cron, definition.TimeZone, definition.Misfire, definition.Tolerance);
        Enabled = true;
        // what the new calendar would have had before it was adopted was never due
        Considered = now > Considered ? now : Considered;
    }
}

/// <summary>One due time of one schedule, there once. Appended, never changed.</summary>
public sealed class ScheduleTick
{
    public required string Schedule { get; init; }
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When it was dealt with.</summary>
    public required DateTimeOffset FiredAt { get; init; }

    /// <summary>It came too late for a schedule that skips, and published nothing.</summary>
    public bool Skipped { get; init; }
}

sealed class ScheduleStateMap : IEntityTypeConfiguration<ScheduleState>
{
    public void Configure(EntityTypeBuilder<ScheduleState> state)
    {
        state.ToTable("Schedule");
        state.HasKey(x => x.Name);
        state.Property(x => x.Name).HasMaxLength(64);
        state.Property(x => x.Command).HasConversion<string>().HasMaxLength(32);
        state.Property(x => x.Cron).HasMaxLength(200);
        state.Property(x => x.TimeZone).HasMaxLength(64);
        state.Property(x => x.Misfire).HasConversion<string>().HasMaxLength(16);
        // a time of day ends at 24 hours in SQL Server
        state.Property(x => x.Tolerance).HasConversion<long>();
        state.Ignore(x => x.Definition);
    }
}

sealed class ScheduleTickMap : IEntityTypeConfiguration<ScheduleTick>
{
    public void Configure(EntityTypeBuilder<ScheduleTick> tick)
    {
        tick.ToTable("ScheduleTick");
        tick.HasKey(x => new { x.Schedule, x.DueAt });
        tick.Property(x => x.Schedule).HasMaxLength(64);
    }
}
