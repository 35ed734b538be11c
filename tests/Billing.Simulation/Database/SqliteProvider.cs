using Billing.Persistence;
using MassTransit.EntityFrameworkCoreIntegration;
using Microsoft.EntityFrameworkCore;

namespace Billing.Simulation.Database;

/// <summary>Sequences that give a number once, whatever becomes of the transaction, as a server's do.</summary>
sealed class CountedSequences : ISequences
{
    readonly Dictionary<string, long> _last = [];

    public void Reset() => _last.Clear();

    public Task<long[]> TakeAsync(DbContext db, string sequence, int count, CancellationToken cancellationToken = default)
    {
        var last = _last.GetValueOrDefault(sequence);
        _last[sequence] = last + count;
        return Task.FromResult(Enumerable.Range(1, count).Select(i => last + i).ToArray());
    }
}

sealed class VirtualDatabaseClock(TimeProvider clock) : IDatabaseClock
{
    public Task<DateTime> NowAsync(DbContext db, CancellationToken cancellationToken = default) => Task.FromResult(clock.GetUtcNow().UtcDateTime);
}

/// <summary>One transaction at a time is open on the one connection, so whoever reads a row in it has its lock.</summary>
sealed class SqliteSagaLocks : ILockStatementProvider
{
    public string GetRowLockStatement<T>(DbContext context)
        where T : class => GetRowLockStatement<T>(context, "CorrelationId");

    public string GetRowLockStatement<T>(DbContext context, params string[] propertyNames)
        where T : class
    {
        var table = context.Model.FindEntityType(typeof(T))!.GetTableName();
        return $"SELECT * FROM \"{table}\" WHERE {string.Join(" AND ", propertyNames.Select((name, i) => $"\"{name}\" = {{{i}}}"))}";
    }

    public string GetOutboxStatement(DbContext context) => throw new NotSupportedException("The simulator hands over what was committed by itself.");
}
