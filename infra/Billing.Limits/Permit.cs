namespace Billing.Limits;

/// <summary>Leave to begin one use at once. Whoever holds it says when the answer came: only from then on does it rest, and come free.</summary>
public sealed class Permit : IDisposable
{
    readonly PermitPool? _pool;
    int _isOver;

    internal Permit(PermitPool? pool) => _pool = pool;

    /// <summary>The other side answered, so it has received what was sent, and when it did lies behind us.</summary>
    public void Answered() => End(Outcome.Answered);

    /// <summary>No answer came: it may still be under way, so the permit rests for longer.</summary>
    public void Lost() => End(Outcome.Lost);

    /// <summary>Nothing was sent: it is free at once.</summary>
    public void Unused() => End(Outcome.Unused);

    /// <summary>As if lost, when nothing else was said.</summary>
    public void Dispose() => End(Outcome.Lost);

    void End(Outcome outcome)
    {
        if (_pool is not null && Interlocked.Exchange(ref _isOver, 1) == 0)
            _pool.Return(outcome);
    }

    internal enum Outcome
    {
        Answered,
        Lost,
        Unused
    }
}
