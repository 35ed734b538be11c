namespace Billing.Notification.Limiting;

/// <summary>How long the provider takes for the messages of each workspace, as lately seen. Not safe for several threads at once.</summary>
sealed class WorkspacePaces(TimeProvider clock)
{
    /// <summary>What is older says nothing of the provider of now.</summary>
    static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);

    /// <summary>How long it is remembered whether a workspace is slow.</summary>
    static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    /// <summary>Above so many, those that were not heard of lately are forgotten.</summary>
    const int Many = 10_000;

    // The weight of the newest answer: a workspace that is quick again is known to be so after a few.
    const double Newest = 0.5;

    /// <summary>So many workspaces speak for the provider; what fewer say is held against what the others said lately.</summary>
    const int Several = 3;

    readonly Dictionary<string, Pace> _paces = new(StringComparer.Ordinal);
    readonly List<Pace> _unjudged = [];
    int _most = Many;

    sealed class Pace
    {
        public TimeSpan Lately { get; set; }
        public long SeenAt { get; set; }
        public int Unjudged { get; set; }
        public TimeSpan UnjudgedTime { get; set; }
    }

    public void Saw(string workspaceId, TimeSpan took)
    {
        if (!_paces.TryGetValue(workspaceId, out var pace))
        {
            Forget();
            _paces[workspaceId] = pace = new Pace { Lately = took };
        }

        pace.Lately = IsOver(pace, Remembered) ? took : (pace.Lately * (1 - Newest)) + (took * Newest);
        pace.SeenAt = clock.GetTimestamp();
        if (pace.Unjudged++ == 0)
            _unjudged.Add(pace);
        pace.UnjudgedTime += took;
    }

    public TimeSpan? Of(string workspaceId) =>
        _paces.TryGetValue(workspaceId, out var pace) && !IsOver(pace, Remembered) ? pace.Lately : null;

    public bool IsAnyAbove(TimeSpan latency) => _paces.Values.Any(pace => pace.Lately > latency && !IsOver(pace, Remembered));

    /// <summary>That of the quickest workspace.</summary>
    public TimeSpan? Quickest => _paces.Count == 0 ? null : _paces.Values.Min(pace => pace.Lately);

    /// <summary>
    /// What the provider takes now: that of the workspace in the middle, so that neither one that is slow nor one that sends more than all others speaks for
    /// them. What was seen so far is judged by this.
    /// </summary>
    public TimeSpan? Judge()
    {
        var others = _unjudged.Count >= Several ? [] : _paces.Values.Where(pace => pace.Unjudged == 0 && !IsOver(pace, Recent)).Select(pace => pace.Lately);
        List<TimeSpan> latencies = [.. _unjudged.Select(pace => pace.UnjudgedTime / pace.Unjudged), .. others];
        foreach (var pace in _unjudged)
            (pace.Unjudged, pace.UnjudgedTime) = (0, TimeSpan.Zero);
        _unjudged.Clear();
        latencies.Sort();
        return latencies.Count == 0 ? null : latencies[(latencies.Count - 1) / 2];
    }

    void Forget()
    {
        if (_paces.Count < _most)
            return;
        foreach (var (workspaceId, _) in _paces.Where(one => IsOver(one.Value, Remembered)).ToList())
            _paces.Remove(workspaceId);
        _most = Math.Max(Many, 2 * _paces.Count);       // all are in use: no sooner again than when there are twice as many
    }

    bool IsOver(Pace pace, TimeSpan time) => pace.SeenAt != 0 && clock.GetElapsedTime(pace.SeenAt) > time;
}
