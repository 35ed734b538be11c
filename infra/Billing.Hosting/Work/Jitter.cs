namespace Billing.Hosting.Work;

/// <summary>Pauses of slightly different length, so that all who failed together do not come back together.</summary>
public static class Jitter
{
    /// <summary>Shortens a pause by a random part of it.</summary>
    /// <param name="pause">The longest that comes out.</param>
    /// <param name="share">The largest part that is taken off, from 0 to 1. A quarter by default.</param>
    public static TimeSpan WithJitter(this TimeSpan pause, double share = 0.25)
    {
#pragma warning disable CA5394 // no secret depends on it
        return pause.Shortened(share, Random.Shared.NextDouble());
#pragma warning restore CA5394
    }

    /// <summary>The same with a chance from outside, for whoever wants the same pause again for the same attempt.</summary>
    /// <param name="pause">The longest that comes out.</param>
    /// <param name="share">The largest part that is taken off, from 0 to 1.</param>
    /// <param name="chance">From 0 to 1: how much of that part is taken off.</param>
    public static TimeSpan Shortened(this TimeSpan pause, double share, double chance) => pause * (1 - share * chance);
}
