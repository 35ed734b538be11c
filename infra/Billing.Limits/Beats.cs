namespace Billing.Limits;

/// <summary>
/// Watches whether the other processes still renew, by this process's own monotonic clock: a beat that stood still for longer than a lease, counted
/// from when it was first seen, was not renewed, whatever any calendar clock says.
/// </summary>
sealed class Beats(PermitTimes times, TimeProvider clock)
{
    readonly Dictionary<Guid, (long Beat, long SeenAt)> _seen = [];

    /// <summary>
    /// Those that rest come free a lease and a window after the last renewal; those that may have been in use only when the longest use is over too.
    /// Returns the rows of which nothing is left.
    /// </summary>
    public IReadOnlyList<PermitHolderRow> TakeFromTheDead(List<PermitHolderRow> others)
    {
        foreach (var gone in _seen.Keys.Except(others.Select(x => x.Holder)).ToList())
            _seen.Remove(gone);
        foreach (var other in others)
            if (!_seen.TryGetValue(other.Holder, out var seen) || seen.Beat != other.Beat)
                _seen[other.Holder] = (other.Beat, clock.GetTimestamp());
        var over = times.Lease + times.Window + times.Reserve;
        var dead = others.FindAll(x => Still(x) > over + times.LongestUse);
        others.RemoveAll(dead.Contains);
        foreach (var other in others.Where(x => x.Count > x.Busy && Still(x) > over))
            other.Count = other.Busy;
        return dead;
    }

    public bool IsAlive(PermitHolderRow other) => Still(other) <= times.Lease;

    TimeSpan Still(PermitHolderRow other) => clock.GetElapsedTime(_seen[other.Holder].SeenAt);
}
