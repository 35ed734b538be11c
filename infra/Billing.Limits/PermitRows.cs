using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;

namespace Billing.Limits;

/// <summary>A limit whose permits processes hold: how many there are. Its lock is what processes share them out under.</summary>
[RowsChange]
public sealed class PermitLimitRow
{
    /// <summary>Whose limit it is, such as <c>email</c>.</summary>
    public required string Name { get; init; }

    /// <summary>True when someone set it; else what is configured counts.</summary>
    public bool IsSet { get; set; }

    /// <summary>Permits that exist; 0 is a pause, null is no limit.</summary>
    public int? Permits { get; set; }

    public string? SetBy { get; set; }
    public DateTimeOffset? SetAt { get; set; }

    /// <summary>Fewer than that for now, because the other side complained or slowed down; null when all may be used.</summary>
    public int? Lowered { get; set; }

    /// <summary>When <see cref="Lowered"/> changed last, or was confirmed by more bad news.</summary>
    public DateTimeOffset? LoweredAt { get; set; }

    /// <summary>What the other side usually takes, in microseconds.</summary>
    public long? UsualLatency { get; set; }

    /// <summary>The other side asked to be left alone until then.</summary>
    public DateTimeOffset? HeldUntil { get; set; }

    /// <summary>What a bucket holds.</summary>
    public double Tokens { get; set; }

    /// <summary>When it held that, by the database's clock.</summary>
    public DateTime? TokensAt { get; set; }
}

/// <summary>What one process holds of a limit. The counts of all together are never above the permits that there are.</summary>
[RowsChange]
[RowsGo]
public sealed class PermitHolderRow
{
    public required string Name { get; init; }
    public required Guid Holder { get; init; }

    /// <summary>Permits that it may use until its lease ends.</summary>
    public int Count { get; set; }

    /// <summary>How many of them may be in use at the same time: these come free later than the others when it dies.</summary>
    public int Busy { get; set; }

    /// <summary>How many it could use now.</summary>
    public int Wanted { get; set; }

    /// <summary>Rises with each renewal, and never says the same twice. Who sees it stand still for a lease and more knows that its process is dead.</summary>
    public long Beat { get; set; }
}

public static class PermitModel
{
    /// <summary>What somebody set; what is configured where nobody did, also where there is no row yet.</summary>
    public static int? PermitsOr(this PermitLimitRow? row, int? configured) => row is { IsSet: true } ? row.Permits : configured;

    /// <summary>Adds the tables of permits to the service's model.</summary>
    public static void AddPermits(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<PermitLimitRow>(limit =>
        {
            limit.ToTable("PermitLimit");
            limit.HasKey(x => x.Name);
            limit.Property(x => x.Name).HasMaxLength(64);
            limit.Property(x => x.SetBy).HasMaxLength(200);
        });
        modelBuilder.Entity<PermitHolderRow>(holder =>
        {
            holder.ToTable("PermitHolder");
            holder.HasKey(x => new { x.Name, x.Holder });
            holder.Property(x => x.Name).HasMaxLength(64);
        });
    }
}
