using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>A tick whose work was begun. The same tick again finds its row and does nothing, however late it comes.</summary>
public sealed class RefreshTick
{
    public required DateTimeOffset DueAt { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
}

sealed class RefreshTickMap : IEntityTypeConfiguration<RefreshTick>
{
    public void Configure(EntityTypeBuilder<RefreshTick> tick)
    {
        tick.ToTable("RefreshTick");
        tick.HasKey(x => x.DueAt);
    }
}
