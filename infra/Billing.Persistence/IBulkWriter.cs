using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace Billing.Persistence;

/// <summary>
/// Writes sets of rows in one statement for each call, in the context's current transaction. Names, types and value
/// converters come from the EF model. The change tracker is neither asked nor told.
/// </summary>
public interface IBulkWriter
{
    /// <summary>Inserts every row; a broken key or rule fails them all.</summary>
    Task InsertAsync<T>(DbContext db, IReadOnlyCollection<T> rows, CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>
    /// Inserts the rows whose keys are free and returns them. A row that meets any unique key, of the table or of an
    /// earlier row of the same call, is passed over. Give the rows in a stable order of their business keys: two
    /// writers of the same keys then wait for each other instead of deadlocking.
    /// </summary>
    Task<IReadOnlyList<T>> InsertNewAsync<T>(DbContext db, IReadOnlyCollection<T> rows, CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>Updates the named columns by primary key and returns how many rows were there.</summary>
    /// <param name="set">The columns, such as <c>x => new { x.Step, x.Reason }</c>.</param>
    Task<int> UpdateAsync<T>(DbContext db, IReadOnlyCollection<T> rows, Expression<Func<T, object?>> set, CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>Updates the named columns of those rows that still are where the caller expects them, and returns how many were.</summary>
    Task<int> UpdateAsync<T, TGuard>(
        DbContext db, IReadOnlyCollection<T> rows, Expression<Func<T, object?>> set,
        Expression<Func<T, TGuard>> guard, TGuard expected, CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>
    /// Inserts each row, or adds its named numeric columns to the row that has the same primary key. Rows of one call
    /// with the same key are added up first; keys are taken in order, so that concurrent callers do not deadlock.
    /// </summary>
    Task AddUpAsync<T>(DbContext db, IReadOnlyCollection<T> rows, Expression<Func<T, object?>> add, CancellationToken cancellationToken = default)
        where T : class;
}
