namespace Billing.Notification.Queueing;

/// <summary>
/// The workspaces that wait, beginning with the one whose turn it is, a page at a time: most claims need only the first.
/// <code>
///   first ... last served | next ... end          the ring is read from "next" to the end, and from the first on to the last served
/// </code>
/// </summary>
sealed class Ring(NotificationDbContext db, Channel channel, RoundState start)
{
    readonly string? _cut = start.Deficit > 0 ? start.Last : null;
    string _after = start.Last ?? "";
    string? _upTo;
    bool _isBegun;

    /// <summary>True when nothing is behind the last page.</summary>
    public bool IsOver { get; private set; }

    public async Task<List<Waiting>> NextAsync(int most, CancellationToken cancellationToken)
    {
        var page = new List<Waiting>();
        if (_cut is not null && !_isBegun)
            page.AddRange(await BacklogQueries.OneAsync(db, channel, _cut, most, cancellationToken));
        _isBegun = true;
        while (page.Count < most && !IsOver)
        {
            var wanted = most - page.Count;
            var next = await BacklogQueries.NextAsync(db, channel, _after, _upTo, wanted, most, cancellationToken);
            page.AddRange(next.Where(x => _upTo is null || x.WorkspaceId != _cut));
            if (next.Count == wanted)
                _after = next[^1].WorkspaceId;
            else if (_upTo is null && start.Last is not null)
                (_after, _upTo) = ("", start.Last);
            else
                IsOver = true;
        }

        return page;
    }
}
