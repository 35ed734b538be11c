using Billing.Persistence.Personal;
using Microsoft.EntityFrameworkCore;

namespace Billing.Hosting.Personal;

/// <summary>
/// Where the rows of an account are found whose columns are marked with <see cref="PersonalAttribute"/>: one entry for each such table. What is exported and
/// what is erased follow from the marks and from this list, and a test holds the two together.
/// </summary>
public sealed class PersonalRows<TContext>
    where TContext : DbContext
{
    readonly List<PersonalTable<TContext>> _tables = [];

    public IReadOnlyList<PersonalTable<TContext>> Tables => _tables;

    /// <param name="ofAccount">The rows of an account.</param>
    /// <param name="since">Since when a row is there; null when it does not say.</param>
    public PersonalRows<TContext> Of<TRow>(Func<TContext, string, IQueryable<TRow>> ofAccount, Func<TRow, DateTimeOffset?> since)
        where TRow : class
    {
        _tables.Add(new PersonalTable<TContext>(
            typeof(TRow),
            async (db, accountId, cancellationToken) =>
                (await ofAccount(db, accountId).AsTracking().ToListAsync(cancellationToken)).ConvertAll(row => (object)row),
            row => since((TRow)row)));
        return this;
    }
}

/// <param name="Row">Its class.</param>
/// <param name="ReadAsync">The rows of an account, tracked.</param>
/// <param name="Since">Since when a row is there.</param>
public sealed record PersonalTable<TContext>(
    Type Row, Func<TContext, string, CancellationToken, Task<List<object>>> ReadAsync, Func<object, DateTimeOffset?> Since);
