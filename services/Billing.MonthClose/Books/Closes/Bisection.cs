using System.Data.Common;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Books.Closes;

/// <summary>
/// Writes a set, and when the database refuses it or needs too long for it, halves it until the culprit stands alone. One bad account never holds a chunk.
/// </summary>
static class Bisection
{
    /// <summary>Everything happens inside the context's transaction; each try stands behind a savepoint.</summary>
    /// <param name="write">Writes all of the items or throws.</param>
    /// <param name="refused">Told of each single item that cannot be written, and why.</param>
    public static async Task WriteAsync<T>(
        DbContext db, IReadOnlyList<T> items, Func<IReadOnlyList<T>, Task> write, Action<T, Exception> refused, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
            return;
        var transaction = db.Database.CurrentTransaction ?? throw new InvalidOperationException("Bisection needs a transaction to go back in.");
        await transaction.CreateSavepointAsync("bisection", cancellationToken);
        try
        {
            await write(items);
            await transaction.ReleaseSavepointAsync("bisection", cancellationToken);
            return;
        }
        catch (Exception refusal) when (IsAboutTheData(refusal))
        {
            await transaction.RollbackToSavepointAsync("bisection", CancellationToken.None);
            if (items.Count == 1)
            {
                refused(items[0], refusal);
                return;
            }
        }

        var half = items.Count / 2;
        await WriteAsync(db, [.. items.Take(half)], write, refused, cancellationToken);
        await WriteAsync(db, [.. items.Skip(half)], write, refused, cancellationToken);
    }

    /// <summary>A lost connection or a deadlock is nobody's fault here: the whole message is tried again.</summary>
    static bool IsAboutTheData(Exception exception) => exception switch
    {
        _ when OutOfTime.Is(exception) => true,
        DbUpdateException { InnerException: { } inner } => IsAboutTheData(inner),
        DbException { IsTransient: false } database => database.SqlState is not { } state || state.StartsWith("22", StringComparison.Ordinal)
            || state.StartsWith("23", StringComparison.Ordinal),
        OverflowException or FormatException or CannotCloseException => true,
        _ => false
    };
}
