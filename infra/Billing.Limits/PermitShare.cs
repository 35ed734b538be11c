namespace Billing.Limits;

/// <summary>Who gets how many permits: nobody more than he can use, and of the rest all alike.</summary>
public static class PermitShare
{
    /// <param name="permits">That there are.</param>
    /// <param name="wanted">What each process could use.</param>
    /// <param name="of">The process whose share is asked for.</param>
    public static int Of(int permits, IReadOnlyCollection<(Guid Holder, int Wanted)> wanted, Guid of)
    {
        // the modest first: what they leave is shared by those who want more
        var left = wanted.Count;
        foreach (var (holder, wants) in wanted.OrderBy(x => x.Wanted).ThenBy(x => x.Holder))
        {
            var share = Math.Min(wants, permits / left);
            if (holder == of)
                return share;
            permits -= share;
            left--;
        }

        return 0;
    }

    /// <summary>
    /// The share where there are fewer permits than processes that want one: whoever has none takes the one that comes free first, and whoever has
    /// had one for a while lets go of it when another has none. Shared alike, the same process would have none for ever. Null when there are enough.
    /// </summary>
    /// <param name="permits">That there are.</param>
    /// <param name="held">By the process whose share is asked for, which wants one.</param>
    /// <param name="isForLong">Whether it has held them for a while.</param>
    /// <param name="others">What each of the others holds and could use.</param>
    public static int? Turn(int permits, int held, bool isForLong, IReadOnlyCollection<(int Held, int Wanted)> others)
    {
        if (permits == 0 || permits > others.Count(x => x.Wanted > 0))
            return null;
        return held == 0 ? 1 : isForLong && others.Any(x => x is { Held: 0, Wanted: > 0 }) ? 0 : Math.Min(held, 1);
    }
}
