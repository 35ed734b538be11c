using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence.Months;

/// <summary>The months of a table that is kept by the month (<see cref="KeptByMonthAttribute"/>).</summary>
public interface ITableMonths
{
    /// <summary>
    /// Makes the months that are missing, from the oldest row that has none to the month of <paramref name="until"/>. It gives up as <see cref="DropAsync"/>
    /// does.
    /// </summary>
    /// <returns>What was made; nothing where the database has no partitions.</returns>
    Task<IReadOnlyList<string>> MakeAsync(DbContext db, KeptTable table, DateOnly until, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lets the months go that ended before <paramref name="before"/>, but none that is younger than the table's least. When somebody is at work in the table
    /// it gives up after two seconds, so that nobody waits behind it.
    /// </summary>
    /// <returns>What went.</returns>
    Task<IReadOnlyList<string>> DropAsync(DbContext db, KeptTable table, DateOnly before, CancellationToken cancellationToken = default);

    /// <summary>The months that are there, the oldest first; none where the database has no partitions.</summary>
    Task<IReadOnlyList<TableMonth>> ListAsync(DbContext db, KeptTable table, CancellationToken cancellationToken = default);
}

/// <summary>One month of a table.</summary>
/// <param name="Month">Its first day; null for the rows that lie in no month.</param>
/// <param name="Rows">As the server's statistics have them; null when it never counted.</param>
/// <param name="Bytes">With its indexes.</param>
public sealed record TableMonth(DateOnly? Month, long? Rows, long Bytes);
