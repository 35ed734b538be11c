using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Billing.Simulation.Database;

/// <summary>A process died here. Nobody catches it, nothing is tried again in place, and the message comes back.</summary>
sealed class ProcessDiedException(string where) : Exception($"the process died {where}");

/// <summary>
/// The places of the step at hand where its process may die: before each statement, around each commit, and at each call of the gateway. At the one that was
/// drawn it dies, and nothing that it still tries to do happens.
/// </summary>
sealed class Boundaries
{
    Step? _step;

    public bool IsDead => _step is { IsDead: true };

    /// <summary>Enters a step; steps may lie in each other, each in a process of its own.</summary>
    /// <param name="diesAt">The boundary at which it dies, from 0; none when it is below.</param>
    public Step Enter(int diesAt) => _step = new Step(_step, diesAt);

    public void Leave(Step step)
    {
        _step = step.Outer;
        step.EndTransaction(committed: false);
    }

    public void Pass(string where) => _step?.Pass(where);

    /// <summary>Waits until the answer before this one is booked: two cores would do both at once, and differently each time.</summary>
    public Task BookedBeforeAsync(Guid chargeId) => _step?.BookedBeforeAsync(chargeId) ?? Task.CompletedTask;

    public void Answered(Guid chargeId) => _step?.Answered(chargeId);

    public void EndTransaction(bool committed) => _step?.EndTransaction(committed);

    internal sealed class Step(Step? outer, int diesAt)
    {
        readonly Lock _gate = new();
        int _left = diesAt;
        Guid? _notBooked;
        TaskCompletionSource? _booked;

        public Step? Outer => outer;

        public bool IsDead { get; private set; }

        public void Pass(string where)
        {
            if (!IsDead && _left-- != 0)
                return;
            IsDead = true;
            throw new ProcessDiedException(where);
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
                if (_notBooked is null || _notBooked == chargeId)
                    return Task.CompletedTask;
                _booked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _booked.Task;
            }
        }

        public void EndTransaction(bool committed)
        {
            lock (_gate)
            {
                if (committed)
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

sealed class StatementBoundary(Boundaries boundaries) : DbCommandInterceptor
{
    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        boundaries.Pass("before a statement");
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        boundaries.Pass("before a statement");
        return ValueTask.FromResult(result);
    }
}

/// <summary>Has what a transaction said handed over when it is committed.</summary>
sealed class CommitBoundary(Boundaries boundaries, Guards guards, Action<DbContext> committed) : DbTransactionInterceptor
{
    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        boundaries.Pass("before a commit");
        return ValueTask.FromResult(result);
    }

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ((SqliteMonthCloseDbContext)eventData.Context!).HasCommitted = true;
        // what was committed leaves even when its process dies now: the sweeper of another finds it
        if (guards.OutboxSweep)
            committed(eventData.Context!);
        boundaries.Pass("after a commit");
        if (!guards.OutboxSweep)
            committed(eventData.Context!);
        return Task.CompletedTask;
    }
}
