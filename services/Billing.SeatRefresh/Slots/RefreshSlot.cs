using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Slots;

/// <summary>One of the places in which a job may run, over all processes. It is leased: a process that dies gives it back by saying nothing.</summary>
public sealed class RefreshSlot
{
    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>The lease that has it; only its holder may go on.</summary>
    public Guid? LeaseId { get; set; }

    public DateTimeOffset? LeasedUntil { get; set; }
}

/// <summary>Who held which slot from when to when: the proof that never more jobs ran than were allowed.</summary>
public sealed class SlotLease
{
    public required Guid LeaseId { get; init; }
    public required int Slot { get; init; }

    /// <summary>Host and process.</summary>
    public required string Holder { get; init; }

    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>How far it was extended; the end, when it was never given back.</summary>
    public required DateTimeOffset LeasedUntil { get; set; }

    /// <summary>When it was given back in order.</summary>
    public DateTimeOffset? ReleasedAt { get; set; }

    /// <summary>Subscriptions counted under it.</summary>
    public int Counted { get; set; }
}

/// <summary>How the refresh is to run, one row for all processes, changed while it runs.</summary>
public sealed class RefreshSettings
{
    public const int TheOne = 1;

    public int Id { get; init; } = TheOne;

    /// <summary>Jobs at once over all processes; 0 is a pause.</summary>
    public int MaxRunning { get; set; } = DefaultMaxRunning;

    public const int DefaultMaxRunning = 6;

    /// <summary>More would only wait for the database.</summary>
    public const int MostRunning = 64;

    /// <summary>The way of this service: one job for each subscription.</summary>
    public RefreshMode Jobs { get; set; } = RefreshMode.On;

    /// <summary>The way of old: all rows, a statement for each hundred.</summary>
    public RefreshMode Batch { get; set; } = RefreshMode.Off;

    /// <summary>A tick came, and there was work left when last looked.</summary>
    public bool Draining { get; set; }

    /// <summary>The age and the free plans by which the due times were last computed; configuration that differs computes them anew.</summary>
    public string? DueBy { get; set; }

    public string? ChangedBy { get; set; }
    public DateTimeOffset? ChangedAt { get; set; }
}

public enum RefreshMode
{
    Off,

    /// <summary>Computes, writes nothing, and reports what it would have written otherwise.</summary>
    Shadow,

    On
}

sealed class RefreshSlotMap : IEntityTypeConfiguration<RefreshSlot>
{
    public void Configure(EntityTypeBuilder<RefreshSlot> slot)
    {
        slot.ToTable("RefreshSlot");
        slot.HasKey(x => x.Number);
        slot.Property(x => x.Number).ValueGeneratedNever();
    }
}

sealed class SlotLeaseMap : IEntityTypeConfiguration<SlotLease>
{
    public void Configure(EntityTypeBuilder<SlotLease> lease)
    {
        lease.ToTable("SlotLease");
        lease.HasKey(x => x.LeaseId);
        lease.Property(x => x.LeaseId).ValueGeneratedNever();
        lease.Property(x => x.Holder).HasMaxLength(200);
        lease.HasIndex(x => x.TakenAt);
    }
}

sealed class RefreshSettingsMap : IEntityTypeConfiguration<RefreshSettings>
{
    public void Configure(EntityTypeBuilder<RefreshSettings> settings)
    {
        settings.ToTable("RefreshSettings");
        settings.HasKey(x => x.Id);
        settings.Property(x => x.Id).ValueGeneratedNever();
        settings.Property(x => x.Jobs).HasConversion<string>().HasMaxLength(8);
        settings.Property(x => x.Batch).HasConversion<string>().HasMaxLength(8);
        settings.Property(x => x.DueBy).HasMaxLength(1000);
        settings.Property(x => x.ChangedBy).HasMaxLength(200);
    }
}
