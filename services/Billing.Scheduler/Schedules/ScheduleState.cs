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

    /// <summary>Since when a person has it paused; null when it is not.</summary>
    public DateTimeOffset? PausedAt { get; set; }

    public string? PausedBy { get; set; }
    public string? PausedWhy { get; set; }

    public ScheduleDefinition Definition => new(Name, Command, Cron, TimeZone, Misfire, Tolerance);

    public void Adopt(ScheduleDefinition definition, DateTimeOffset now)
    {
        (Command, Cron, TimeZone, Misfire, Tolerance) = (definition.Command, definition.Cron, definition.TimeZone, definition.Misfire, definition.Tolerance);
        Enabled = true;
        // what the new calendar would have had before it was adopted was never due
        Considered = now > Considered ? now : Considered;
    }

    /// <summary>
    /// The whole decision of what is to fire: the newest due time that nobody has dealt with, and whether it is passed over. Null when nothing is due. The row
    /// and a look at the clock decide, so it does not matter which process asks, nor how often.
    /// </summary>
    public ScheduleTick? Take(DateTimeOffset now)
    {
        var schedule = Definition;
        if (DueTime.Newest(schedule, Considered, now) is not { } due)
            return null;
        Considered = due;
        var tick = new ScheduleTick
        {
            Schedule = Name,
            DueAt = due,
            FiredAt = now,
            Skipped = PausedAt is not null || DueTime.IsTooLate(schedule, due, now),
            Paused = PausedAt is not null
        };
        if (!tick.Skipped)
            (LastDueAt, LastFiredAt) = (due, now);
        return tick;
    }
}

/// <summary>One due time of one schedule, there once. Only what became of its command is added later.</summary>
[RowsChange]
public sealed class ScheduleTick
{
    public required string Schedule { get; init; }
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When it was dealt with.</summary>
    public required DateTimeOffset FiredAt { get; init; }

    /// <summary>It published nothing: it came too late for a schedule that skips, or the schedule was paused.</summary>
    public bool Skipped { get; init; }

    /// <summary>It was skipped because the schedule was paused.</summary>
    public bool Paused { get; init; }

    /// <summary>Who had it run, when it was a person and not the calendar.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>The id of the command that it published.</summary>
    public Guid? CommandId { get; set; }

    /// <summary>What the service that obeys said of the command: <c>accepted</c>, <c>unchanged</c>, <c>rejected</c> or <c>failed</c>.</summary>
    public string? Outcome { get; set; }

    /// <summary>Why, in words.</summary>
    public string? Because { get; set; }
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
        state.Property(x => x.PausedBy).HasMaxLength(400);
        state.Property(x => x.PausedWhy).HasMaxLength(1000);
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
        tick.Property(x => x.RequestedBy).HasMaxLength(400);
        tick.Property(x => x.Outcome).HasMaxLength(16);
        tick.Property(x => x.Because).HasMaxLength(1000);
        tick.HasIndex(x => x.CommandId);        // its outcome is known by it
    }
}
