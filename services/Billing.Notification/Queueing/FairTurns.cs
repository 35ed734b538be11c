namespace Billing.Notification.Queueing;

/// <summary>What waits for one workspace.</summary>
public sealed record Backlog
{
    public required string WorkspaceId { get; init; }

    /// <summary>Messages that are ready to leave.</summary>
    public required int Waiting { get; init; }

    /// <summary>Messages in each of its turns, above 0; a higher tier has more. 1 by default.</summary>
    public double Share { get; init; } = 1;

    /// <summary>What its own, lower limit leaves for now; no limit of its own when left out.</summary>
    public int? Room { get; init; }
}

/// <summary>Where the round stands between two calls.</summary>
/// <param name="Last">The workspace that was served last; null before the first.</param>
/// <param name="Unfinished">True when its turn was cut short by the channel's limit, so that it goes on with it.</param>
/// <param name="Credit">What is left to workspaces of their turns.</param>
public sealed record RoundState(string? Last, bool Unfinished, IReadOnlyDictionary<string, double> Credit)
{
    public static RoundState Start { get; } = new(null, false, new Dictionary<string, double>());
}

/// <summary>How many messages of a workspace leave now.</summary>
public sealed record Turn(string WorkspaceId, int Messages);

/// <summary>
/// Workspaces take turns (deficit round robin): each turn is worth its share of messages, so one with a large backlog
/// delays nobody by more than one turn of each.
/// </summary>
public static class FairTurns
{
    // Below it a workspace would wait more than twenty rounds for one message.
    const double LeastShare = 0.05;

    /// <param name="backlogs">Workspaces with something to send, each once.</param>
    /// <param name="room">How many messages may leave now, over all workspaces.</param>
    /// <param name="state">As the call before left it.</param>
    /// <returns>The turns in their order (a workspace may have several) and the state for the next call.</returns>
    public static (IReadOnlyList<Turn> Turns, RoundState State) Take(IReadOnlyCollection<Backlog> backlogs, int room, RoundState state)
    {
        var waiting = backlogs.Where(x => x is { Waiting: > 0, Room: null or > 0 }).OrderBy(x => x.WorkspaceId, StringComparer.Ordinal).ToList();
        var turns = new List<Turn>();
        if (waiting.Count == 0 || room <= 0)
            return (turns, state);

        // Who sends nothing now saves nothing up.
        var credit = waiting.ToDictionary(x => x.WorkspaceId, x => state.Credit.GetValueOrDefault(x.WorkspaceId));
        var left = waiting.ToDictionary(x => x.WorkspaceId, x => Math.Min(x.Waiting, x.Room ?? int.MaxValue));
        var (at, isGoingOn) = FirstOf(waiting, state);
        var (last, unfinished) = (state.Last, false);
        while (room > 0 && left.Count > 0)
        {
            var (id, share) = (waiting[at].WorkspaceId, Math.Max(LeastShare, waiting[at].Share));
            if (left.TryGetValue(id, out var ready))
            {
                var worth = credit[id] + (isGoingOn ? 0 : share);
                var messages = (int)Math.Min(Math.Min(worth, ready), room);
                unfinished = messages == room && ready > messages && worth - messages >= 1;
                (last, room) = (id, room - messages);
                credit[id] = ready == messages ? 0 : worth - messages;
                if (messages > 0)
                    turns.Add(new Turn(id, messages));
                if (ready == messages)
                    left.Remove(id);
                else
                    left[id] = ready - messages;
            }

            isGoingOn = false;
            at = (at + 1) % waiting.Count;
        }

        return (turns, new RoundState(last, unfinished, credit.Where(x => x.Value > 0).ToDictionary()));
    }

    // The one after the last, or the last itself when its turn was cut short.
    static (int At, bool IsGoingOn) FirstOf(List<Backlog> waiting, RoundState state)
    {
        if (state.Last is not { } last)
            return (0, false);
        var isGoingOn = state.Unfinished && waiting.Exists(x => x.WorkspaceId == last);
        var at = waiting.FindIndex(x => string.CompareOrdinal(x.WorkspaceId, last) is var order && (isGoingOn ? order == 0 : order > 0));
        return (Math.Max(0, at), isGoingOn);
    }
}
