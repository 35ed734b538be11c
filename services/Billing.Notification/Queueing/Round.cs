using Billing.Notification.Messages;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.Notification.Queueing;

/// <summary>Whose turn it is in a channel, for all processes: the next messages are picked under this row's lock.</summary>
[RowsChange]
public sealed class Round
{
    public required Channel Channel { get; init; }
    public string? Last { get; set; }
    public int Deficit { get; set; }
}

sealed class RoundMap : IEntityTypeConfiguration<Round>
{
    public void Configure(EntityTypeBuilder<Round> round)
    {
        round.ToTable("Round");
        round.HasKey(x => x.Channel);
        round.Property(x => x.Channel).HasConversion<string>().HasMaxLength(8);
        round.Property(x => x.Last).HasMaxLength(MessageBounds.LongestWorkspaceId);
    }
}
