namespace Billing.Views.MonthClose;

/// <summary>How far a run was at one moment; the answer of <c>GET api/runs/{period}/progress</c> is a list of them.</summary>
/// <param name="At">When.</param>
/// <param name="Ended">Accounts for which the month was over by then, told by the chunks that had ended: right to a chunk.</param>
public sealed record RunPoint(DateTimeOffset At, int Ended);

/// <summary>A run from its beginning, as it was written on its chunks.</summary>
public static class RunCurve
{
    /// <summary>Stretches of the curve: a picture has no more columns for it.</summary>
    public const int MostPoints = 120;

    /// <param name="startedAt">Of the run.</param>
    /// <param name="accounts">In all its chunks.</param>
    /// <param name="chunks">When each ended; null of one that has not.</param>
    public static IReadOnlyList<RunPoint> Of(DateTimeOffset startedAt, int accounts, IReadOnlyCollection<DateTimeOffset?> chunks)
    {
        var ends = chunks.OfType<DateTimeOffset>().Where(at => at > startedAt).Order().ToList();
        var points = new List<RunPoint> { new(startedAt, 0) };
        if (ends.Count == 0)
            return points;
        var stretch = Math.Max(TimeSpan.TicksPerSecond, (ends[^1] - startedAt).Ticks / MostPoints + 1);
        for (var i = 0; i < ends.Count; i++)
            if (i == ends.Count - 1 || StretchOf(ends[i]) != StretchOf(ends[i + 1]))
                points.Add(new RunPoint(ends[i], (int)((long)accounts * (i + 1) / chunks.Count)));
        return points;

        long StretchOf(DateTimeOffset at) => (at - startedAt).Ticks / stretch;
    }
}
