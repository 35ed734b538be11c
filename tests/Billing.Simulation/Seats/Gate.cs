using Billing.Simulation.Database;
using SQLitePCL;

namespace Billing.Simulation.Seats;

/// <summary>Who would like to begin a transaction.</summary>
/// <param name="Who">A look, a job or a beat of a process.</param>
/// <param name="Token">Ends what it is part of, when it is to end.</param>
sealed record Waiting(Actor Who, CancellationToken Token)
{
    readonly TaskCompletionSource _go = new();      // goes on where it is let in, on the same thread: so it is the same each time

    public Task Turn => _go.Task;

    public void LetIn() => _go.SetResult();
}

/// <summary>
/// Transactions are let in one by one, in an order that is drawn: all that a transaction does happens at once, and between two of them anything may. Inside of
/// one are the boundaries at which its process may die, and the statement that may take too long.
/// </summary>
sealed class Gate(Actors actors, Plan plan, SeatClock clock) : IBoundary
{
    readonly List<Waiting> _waiting = [];
    Transaction? _open;

    public IReadOnlyList<Waiting> Waiting => _waiting;

    /// <summary>Whose transaction is open, or was last.</summary>
    public Actor? Who => _open?.Who;

    /// <summary>The process at hand has died, and what it still tries to do does not happen.</summary>
    public bool IsDead => actors.Current?.Process.IsDead == true;

    /// <summary>Told of a process that dies, and where.</summary>
    public Action<Actor, string>? Died { get; set; }

    public Action<Actor, TimeSpan>? WasSlow { get; set; }

    public void Reset()
    {
        _waiting.Clear();
        _open = null;
    }

    public Task EnterAsync(CancellationToken token)
    {
        if (actors.Current is not { } who)
        {
            _open = null;
            return Task.CompletedTask;
        }

        if (who.Process.IsDead)
            return who.What == Actor.Message ? throw new ProcessDiedException("before") : new TaskCompletionSource().Task;
        if (who.What == Actor.Message)
        {
            Open(who);
            return Task.CompletedTask;
        }

        var waiting = new Waiting(who, token);
        _waiting.Add(waiting);
        return waiting.Turn;
    }

    /// <summary>All that it does in its transaction has happened when this returns, and it waits for the next one, or has ended.</summary>
    public void LetIn(Waiting waiting, sqlite3 connection)
    {
        _waiting.Remove(waiting);
        Open(waiting.Who);
        waiting.LetIn();
        // what somebody does for the first time may go on in another thread
        if (raw.sqlite3_get_autocommit(connection) == 0)
            SpinWait.SpinUntil(() => raw.sqlite3_get_autocommit(connection) != 0);
    }

    public void Pass(string where)
    {
        if (_open is not { } open)
            return;
        if (!open.IsDead && open.SlowAt-- == 0)
        {
            var time = plan.SlowTime();
            WasSlow?.Invoke(open.Who, time);
            clock.Now += time;
            clock.Fire(open.Who.Process);
        }

        if (!open.IsDead && open.DiesAt-- != 0)
            return;
        if (!open.IsDead)
            Kill(open.Who, where);
        open.IsDead = true;
        throw new ProcessDiedException(where);
    }

    void Kill(Actor who, string where)
    {
        who.Process.IsDead = true;
        _waiting.RemoveAll(waiting => waiting.Who.Process == who.Process);
        clock.Forget(who.Process);
        Died?.Invoke(who, where);
    }

    void Open(Actor who) => _open = new Transaction(who, plan.DiesInTransactionAt(), who.What is Actor.AtWork or Actor.Message ? plan.SlowAt() : -1);

    sealed class Transaction(Actor who, int diesAt, int slowAt)
    {
        public Actor Who => who;
        public int DiesAt { get; set; } = diesAt;
        public int SlowAt { get; set; } = slowAt;
        public bool IsDead { get; set; }
    }
}
