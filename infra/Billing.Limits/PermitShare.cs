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
}
