using System.Data;
using System.Data.Common;
using Billing.Persistence;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Billing.Simulation.Database;

/// <summary>A process died here. Nobody catches it, nothing is tried again in place, and the message comes back.</summary>
sealed class ProcessDiedException(string where) : Exception($"the process died {where}");

/// <summary>Where a process may die.</summary>
interface IBoundary
{
    /// <exception cref="ProcessDiedException">It died here.</exception>
    void Pass(string where);

    /// <summary>Called before each statement.</summary>
    /// <exception cref="ProcessDiedException">It died here.</exception>
    ValueTask PassAsync(DbContext db, string statement)
    {
        Pass("before a statement");
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// The places of the step at hand where its process may die: before each statement, around each commit, and at each call of the gateway. At the one that was
/// drawn it dies, and nothing that it still tries to do happens.
/// </summary>
sealed class Boundaries : IBoundary
{
    /// <summary>Flows into whatever the step begins, so that what outlives it knows that it is over.</summary>
    readonly AsyncLocal<Step?> _current = new();

    Step? Current => _current.Value;

    public bool IsDead => Current is { IsDead: true };

    /// <summary>Others work while a step has read an account and has not written; set where the lock of accounts is out, and nowhere else.</summary>
    public Func<Task>? Between { get; set; }

    public async ValueTask PassAsync(DbContext context, string statement)
    {
        Pass("before a statement");
        if (Between is null)
            return;
        var db = (SqliteMonthCloseDbContext)context;
        if (db.Reads == Reading.Nothing && LocksAccounts(statement))
            db.Reads = Reading.Accounts;
        else if (db.Reads != Reading.Over && Writes(statement))
        {
            var hasRead = db.Reads == Reading.Accounts;
            db.Reads = Reading.Over;
            if (hasRead)
                await Between();
        }
    }

    static bool LocksAccounts(string statement) =>
        RowLocks.AskedBy(statement) == RowLock.Wait && statement.Contains("\"AccountBalance\"", StringComparison.Ordinal);

    static bool Writes(string statement)
    {
        foreach (var line in statement.AsSpan().EnumerateLines())
            if (!line.IsEmpty && !line.StartsWith("--"))
                return !line.StartsWith("SELECT");
        return false;
    }

    /// <summary>Enters a step; steps may lie in each other, each in a process of its own.</summary>
    /// <param name="diesAt">The boundary at which it dies, from 0; none when it is below.</param>
    public Step Enter(int diesAt) => _current.Value = new Step(Current, diesAt);

    public void Leave(Step step)
    {
        _current.Value = step.Outer;
        step.End();
    }

    public void Pass(string where) => Current?.Pass(where);

    /// <summary>Waits until the answer before this one is booked: two cores would do both at once, and differently each time.</summary>
    public Task BookedBeforeAsync(Guid chargeId) => Current?.BookedBeforeAsync(chargeId) ?? Task.CompletedTask;

    public void Answered(Guid chargeId) => Current?.Answered(chargeId);

    public void EndTransaction(bool committed) => Current?.EndTransaction(committed);

    internal sealed class Step(Step? outer, int diesAt)
    {
        readonly Lock _gate = new();
        int _left = diesAt;
        bool _isOver;
        Guid? _notBooked;
        TaskCompletionSource? _booked;

        public Step? Outer => outer;

        public bool IsDead { get; private set; }

        public void Pass(string where)
        {
            if (!IsDead && !_isOver && _left-- != 0)
                return;
            IsDead = true;
            throw new ProcessDiedException(where);
        }

        public void End()
        {
            lock (_gate)
            {
                _isOver = true;
                _booked?.TrySetException(new ProcessDiedException("with its step"));
            }
        }

        public void Answered(Guid chargeId)
        {
            lock (_gate)
                _notBooked = chargeId;
        }

        public Task BookedBeforeAsync(Guid chargeId)
        {
            lock (_gate)
            {
                if (_isOver || _notBooked is null || _notBooked == chargeId)
                    return Task.CompletedTask;
                _booked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _booked.Task;
            }
        }

        public void EndTransaction(bool committed)
        {
            lock (_gate)
            {
                if (committed && !IsDead)
                {
                    _notBooked = null;
                    _booked?.TrySetResult();
                }
                else
                    _booked?.TrySetException(new ProcessDiedException("with its step"));
            }
        }
    }
}

sealed class StatementBoundary(Boundaries boundaries, Guards guards) : DbCommandInterceptor
{
    /// <summary>The question of who books answers, as it is translated. When it reads differently one day, the switch does nothing.</summary>
    const string BooksAnswers = "LEFT JOIN \"DunningPlan\" AS \"d\" ON \"i\".\"InvoiceId\"";

    const string OpenOnly = "\"c\".\"State\" IN ('Pending', 'Unknown')";

    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await boundaries.PassAsync(eventData.Context!, command.CommandText);
        if (!guards.LateAnswer && command.CommandText.Contains(BooksAnswers, StringComparison.Ordinal))
            command.CommandText = command.CommandText.Replace(OpenOnly, "1 = 1", StringComparison.Ordinal);
        return result;
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await boundaries.PassAsync(eventData.Context!, command.CommandText);
        return result;
    }
}

/// <summary>Has what a transaction said handed over when it is committed, and forgotten when it was not.</summary>
sealed class CommitBoundary(
    Boundaries boundaries, Guards guards, Action<SqliteMonthCloseDbContext> begun, Action<SqliteMonthCloseDbContext> committed) : DbTransactionInterceptor
{
    /// <summary>Without the lock of accounts a transaction must not keep others out before it writes.</summary>
    public override ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(DbConnection connection, TransactionStartingEventData eventData,
        InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(guards.AccountLock ? result
            : InterceptionResult<DbTransaction>.SuppressWithResult(((SqliteConnection)connection).BeginTransaction(IsolationLevel.ReadUncommitted, deferred: true)));

    public override ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        var db = (SqliteMonthCloseDbContext)eventData.Context!;
        (db.HasCommitted, db.TransactionEnds, db.Consumes, db.Reads) = (false, boundaries.EndTransaction, null, Reading.Nothing);
        begun(db);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        boundaries.Pass("before a commit");
        return ValueTask.FromResult(result);
    }

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        var db = (SqliteMonthCloseDbContext)eventData.Context!;
        db.HasCommitted = true;
        // what was committed leaves even when its process dies now: the sweeper of another finds it
        if (guards.OutboxSweep)
            committed(db);
        boundaries.Pass("after a commit");
        if (!guards.OutboxSweep)
            committed(db);
        return Task.CompletedTask;
    }
}
