using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Settings;

/// <summary>How the refresh runs: one row for all processes, which is changed while they run.</summary>
[RowsChange]
public sealed class RefreshSettings
{
    public const int TheOne = 1;

    public int Id { get; init; } = TheOne;

    /// <summary>Jobs at once over all processes; 0 is a pause.</summary>
    public int MaxRunning { get; set; } = DefaultMaxRunning;

    public const int DefaultMaxRunning = 6;

    /// <summary>More would only wait for the database.</summary>
    public const int MostRunning = 64;

    /// <summary>How this service counts: one job for each subscription.</summary>
    public RefreshMode Jobs { get; set; } = RefreshMode.On;

    /// <summary>The batch: all rows, one statement for each hundred.</summary>
    public RefreshMode Batch { get; set; } = RefreshMode.Off;

    /// <summary>A tick came, and the last look still found work.</summary>
    public bool Draining { get; set; }

    /// <summary>The age and the free plans from which the due times were last computed. When the configuration differs, they are computed again.</summary>
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

static class SettingsQueries
{
    /// <summary>The defaults as long as nobody has changed anything.</summary>
    public static async Task<RefreshSettings> CurrentSettingsAsync(this SeatRefreshDbContext db, CancellationToken cancellationToken) =>
        await db.Settings.AsNoTracking().SingleOrDefaultAsync(cancellationToken) ?? new RefreshSettings();
}
