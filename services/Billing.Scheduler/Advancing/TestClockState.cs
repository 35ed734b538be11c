using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.Scheduler.Advancing;

/// <summary>
/// How far the test clock of this installation is ahead, and where it is sent. One row; who moves the clock changes it only from what he has read.
/// </summary>
[RowsChange]
public sealed class TestClockState
{
    public const int TheOne = 1;

    public int Id { get; init; } = TheOne;

    /// <summary>Of the wall. It never goes down.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>Where it is sent; null when it has come there.</summary>
    public DateTimeOffset? Target { get; set; }

    /// <summary>What it showed when it was sent.</summary>
    public DateTimeOffset? SentFrom { get; set; }

    /// <summary>How many times it was moved since it was sent.</summary>
    public long Moves { get; set; }

    public string? RequestedBy { get; set; }
}

sealed class TestClockStateMap : IEntityTypeConfiguration<TestClockState>
{
    public void Configure(EntityTypeBuilder<TestClockState> state)
    {
        state.ToTable("TestClock");
        state.HasKey(x => x.Id);
        state.Property(x => x.Id).ValueGeneratedNever();
        // a time of day ends at 24 hours in SQL Server
        state.Property(x => x.Ahead).HasConversion<long>();
        state.Property(x => x.RequestedBy).HasMaxLength(200);
    }
}
