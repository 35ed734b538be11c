using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Slots;

/// <summary>A place in which one job may run, of all processes together. It is leased: when a process dies, its lease ends and the slot is free.</summary>
[RowsChange]
public sealed class RefreshSlot
{
    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>The lease that has it; only its holder may go on.</summary>
    public Guid? LeaseId { get; set; }

    public DateTimeOffset? LeasedUntil { get; set; }
}

/// <summary>Who held which slot from when to when: the proof that never more jobs ran than were allowed.</summary>
[RowsChange]
[RowsGo]
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
