using Billing.Hosting.Texts;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;

namespace Billing.Hosting.Restoring;

/// <summary>
/// The database was brought back from a backup. The world did not go back with it: what left between the two moments has left. Until a person releases it, the
/// service lets nothing leave. Who brings the database back writes the row, before any process of the service starts.
/// </summary>
[RowsChange(nameof(ReleasedAt), nameof(ReleasedBy), nameof(ReleasedWhy), nameof(NothingLeft))]
public sealed class Restoration
{
    public const string Table = "Restoration";

    /// <summary>How long a message that was said before the backup may have been in a queue: moments; days, where its service was down for as long.</summary>
    public static readonly TimeSpan LongestOnItsWay = TimeSpan.FromDays(7);

    public required Guid RestorationId { get; init; }

    /// <summary>When the backup was taken, or the moment to which the log was replayed: what came later is not here.</summary>
    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>When it was brought back.</summary>
    public required DateTimeOffset RestoredAt { get; init; }

    public string? RestoredBy { get; init; }

    /// <summary>Null while nothing may leave.</summary>
    public DateTimeOffset? ReleasedAt { get; set; }

    public string? ReleasedBy { get; set; }
    public string? ReleasedWhy { get; set; }

    /// <summary>A person said that no message to a customer left between the two moments: each is sent as if it were the first.</summary>
    public bool NothingLeft { get; set; }
}

public static class RestorationModel
{
    /// <summary>Adds the table to the model of a service from which something leaves.</summary>
    public static void AddRestorations(this ModelBuilder modelBuilder) => modelBuilder.Entity<Restoration>(restoration =>
    {
        restoration.ToTable(Restoration.Table);
        restoration.HasKey(x => x.RestorationId);
        restoration.Property(x => x.RestorationId).ValueGeneratedNever();
        restoration.Property(x => x.RestoredBy).HasMaxLength(200);
        restoration.Property(x => x.ReleasedBy).HasMaxLength(200);
        restoration.Property(x => x.ReleasedWhy).HasMaxLength(400);
    });

    /// <summary>Lets things leave again, in the caller's transaction. Those before the last are over with it.</summary>
    public static Task<int> ReleaseRestorationsAsync(
        this DbContext db, string by, string why, bool nothingLeft, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        var (who, reason) = (by.ShortenedTo(200), why.ShortenedTo(400));
        return db.Set<Restoration>().Where(one => one.ReleasedAt == null).ExecuteUpdateAsync(set => set
            .SetProperty(one => one.ReleasedAt, now).SetProperty(one => one.ReleasedBy, who).SetProperty(one => one.ReleasedWhy, reason)
            .SetProperty(one => one.NothingLeft, nothingLeft), cancellationToken);
    }
}
