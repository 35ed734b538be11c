using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>One walk of the reconciler through the books. A pass that found nothing stands here too, and says so.</summary>
[RowsChange]
public sealed class ReconciliationPass
{
    public required Guid PassId { get; init; }

    /// <summary>The months that it walked, such as <c>2026-09, 2026-10</c>.</summary>
    public string Periods { get; set; } = "";

    public required string RequestedBy { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; set; }
    public int Accounts { get; set; }

    /// <summary>Drifts that this pass saw.</summary>
    public int Found { get; set; }

    public int Repaired { get; set; }
    public int Parked { get; set; }
    public int Reported { get; set; }

    /// <summary>Drifts of earlier passes that are there no more.</summary>
    public int Gone { get; set; }

    /// <summary>What could not be compared, and why; empty when everything was.</summary>
    public string Incomplete { get; set; } = "";
}

sealed class ReconciliationPassMap : IEntityTypeConfiguration<ReconciliationPass>
{
    public void Configure(EntityTypeBuilder<ReconciliationPass> pass)
    {
        pass.ToTable("ReconciliationPass");
        pass.HasKey(x => x.PassId);
        pass.Property(x => x.PassId).ValueGeneratedNever();
        pass.Property(x => x.Periods).HasMaxLength(400);
        pass.Property(x => x.RequestedBy).HasMaxLength(200);
        pass.Property(x => x.Incomplete).HasMaxLength(2000);
        pass.HasIndex(x => x.StartedAt);
    }
}
