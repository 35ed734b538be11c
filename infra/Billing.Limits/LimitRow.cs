using Microsoft.EntityFrameworkCore;

namespace Billing.Limits;

/// <summary>A limit that all processes of a service share: how fast, and which instant is free next.</summary>
public sealed class LimitRow
{
    /// <summary>Whose limit it is, such as <c>gateway</c>.</summary>
    public required string Name { get; init; }

    /// <summary>True when someone set it; else what is configured counts, and the row only keeps the next instant.</summary>
    public bool IsSet { get; set; }

    /// <summary>In each second; 0 is a pause, null is no limit.</summary>
    public int? PerSecond { get; set; }

    /// <summary>The next instant that nobody has, by the database's clock, in microseconds since 1970.</summary>
    public long NextFree { get; set; }

    public string? SetBy { get; set; }
    public DateTimeOffset? SetAt { get; set; }
}

public static class LimitModel
{
    /// <summary>Adds the table of limits to the service's model.</summary>
    public static void AddProviderLimits(this ModelBuilder modelBuilder) => modelBuilder.Entity<LimitRow>(limit =>
    {
        limit.ToTable("ProviderLimit");
        limit.HasKey(x => x.Name);
        limit.Property(x => x.Name).HasMaxLength(64);
        limit.Property(x => x.SetBy).HasMaxLength(200);
    });
}
