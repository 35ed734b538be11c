using Billing.Notification.Messages;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.Notification.Metrics;

/// <summary>
/// How many messages of a channel have ended so, written with them: nobody counts millions of rows to know. The sum over its rows (<see cref="Shard"/>).
/// </summary>
[RowsChange]
public sealed record EndedCount
{
    public required Channel Channel { get; init; }
    public required MessageState State { get; init; }
    public required int Shard { get; init; }
    public required long Count { get; init; }
}

sealed class EndedCountMap : IEntityTypeConfiguration<EndedCount>
{
    public void Configure(EntityTypeBuilder<EndedCount> count)
    {
        count.ToTable("EndedCount");
        count.HasKey(x => new { x.Channel, x.State, x.Shard });
        count.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
        count.Property(x => x.State).HasConversion<string>().HasMaxLength(8);
    }
}
