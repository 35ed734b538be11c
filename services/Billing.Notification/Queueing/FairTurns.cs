namespace Billing.Notification.Queueing;

/// <summary>What waits for one workspace.</summary>
public sealed record Backlog
{
    public required string WorkspaceId { get; init; }

    /// <summary>Messages that are ready to leave; more than could leave now need not be counted.</summary>
    public required int Waiting { get; init; }

    /// <summary>Messages in each of its turns, from 1; a higher tier has more.</summary>
    public int Share { get; init; } = 1;

    /// <summary>What its own, lower limit leaves for now; no limit of its own when left out.</summary>
    public int? Room { get; init; }
}

/// <summary>Where the round stands between two calls, over all processes.</summary>
/// <param name="Last">The workspace that was served last; null before the first.</param>
/// <param name="Deficit">What is left of its turn, when the turn was cut short: it goes on with that.</param>
public sealed record RoundState(string? Last, int Deficit)
{
    public static RoundState Start { get; } = new(null, 0);
}

/// <summary>How many messages of a workspace leave now.</summary>
public sealed record Turn(string WorkspaceId, int Messages);

/// <summary>
/// Workspaces take turns (deficit round robin). Each turn is worth its share of messages, so a large backlog delays nobody by more than one turn of each. All
/// messages count alike, so the only deficit is that of the turn that was cut short.
/// </summary>
public static class FairTurns
{
    /// <param name="ring">Workspaces with something to send, each once, in the order of their turns: the first is next.</param>
    /// <param name="isWhole">False when there are more behind the last: then nobody has a second turn.</param>
    /// <param name="room">How many messages may leave now, over all workspaces.</param>
    /// <param name="state">As the call before left it.</param>
    /// <returns>The turns in their order (a workspace may have several) and the state for the next call.</returns>
    public static (IReadOnlyList<Turn> Turns, RoundState State) Take(IReadOnlyList<Backlog> ring, bool isWhole, int room, RoundState state)
    {
        var turns = new List<Turn>();
        var left = ring.Select(x => Math.Max(0, Math.Min(x.Waiting, x.Room ?? int.MaxValue))).ToArray();
        var worth = ring.Count > 0 && ring[0].WorkspaceId == state.Last && state.Deficit > 0 ? state.Deficit : 0;
        for (var at = 0; room > 0 && at < ring.Count; worth = 0)
        {
            var one = ring[at];
            worth = worth > 0 ? worth : Math.Max(1, one.Share);
            var messages = Math.Min(Math.Min(worth, left[at]), room);
            (left[at], room) = (left[at] - messages, room - messages);
            if (messages > 0)
            {
                turns.Add(new Turn(one.WorkspaceId, messages));
                state = new RoundState(one.WorkspaceId, left[at] > 0 ? worth - messages : 0);
            }

            if (++at == ring.Count && isWhole && left.Any(x => x > 0))
                at = 0;
        }

        return (turns, state);
    }
}
