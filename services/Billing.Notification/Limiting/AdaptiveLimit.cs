using System.ComponentModel.DataAnnotations;

namespace Billing.Notification.Limiting;

/// <summary>Between which bounds a channel's limit moves, and how fast.</summary>
public sealed record AdaptiveOptions
{
    /// <summary>False leaves the limit where it is set.</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>Never below, sends a second, 1 to 10,000. 5 by default: slow enough for any provider, fast enough to notice that it has recovered.</summary>
    [Range(1, 10_000)]
    public int Floor { get; init; } = 5;

    /// <summary>Never above, sends a second: what is configured or set as the channel's limit.</summary>
    public int Ceiling { get; init; } = int.MaxValue;

    /// <summary>What is left of the limit after a 429, 0 to 1. Half by default, so that five refusals reach a thirtieth.</summary>
    [Range(0.01, 0.99)]
    public double AfterRefusal { get; init; } = 0.5;

    /// <summary>What is left of the limit when the provider slows down, 0 to 1.</summary>
    public double AfterSlowdown { get; init; } = 0.8;

    /// <summary>How many times its usual latency a provider must reach to count as slow. 3 by default: below lies ordinary jitter.</summary>
    [Range(1.1, 100)]
    public double SlowFactor { get; init; } = 3;

    /// <summary>Nobody is slow below that, whatever is usual. Default 500 ms: a busy machine of our own takes as long now and then.</summary>
    public TimeSpan SlowFrom { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest that a channel is left alone because the provider asked for it. Default 5 min: after that it is asked again, slowly.</summary>
    public TimeSpan LongestHold { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long it must be quiet before the limit rises by a step. 10 s by default.</summary>
    public TimeSpan RecoverAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A step up, as a share of the ceiling. A tenth by default: from floor to ceiling in under two minutes.</summary>
    public double RecoverStep { get; init; } = 0.1;

    /// <summary>After a change downwards, how long further bad news is taken for the echo of the same trouble. 1 s by default.</summary>
    public TimeSpan Echo { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>Where a channel's limit stands.</summary>
/// <param name="PerSecond">Sends a second.</param>
/// <param name="ChangedAt">When it was last changed, or confirmed low by bad news.</param>
/// <param name="UsualLatency">What the provider usually takes; null until it is known.</param>
public sealed record LimitState(int PerSecond, DateTimeOffset ChangedAt, TimeSpan? UsualLatency = null);

/// <summary>What was seen of a provider in a short while.</summary>
public sealed record ProviderSignal(int Refusals, int Sent, TimeSpan? AverageLatency);

/// <summary>A change, with the words for the log.</summary>
public sealed record LimitChange(int From, int To, string Cause);

/// <summary>Falls fast when the provider complains or slows down, and recovers step by step.</summary>
public static class AdaptiveLimit
{
    // The weight of the newest observation in the usual latency: some twenty observations are remembered.
    const double Newest = 0.05;

    public static (LimitState State, LimitChange? Change) After(LimitState state, ProviderSignal signal, DateTimeOffset now, AdaptiveOptions options)
    {
        if (now < state.ChangedAt)
            state = state with { ChangedAt = now };     // the clock stepped back
        var isEcho = now - state.ChangedAt < options.Echo && state.PerSecond < options.Ceiling;
        if (signal.Refusals > 0)
            return isEcho ? (state, null) : Change(state, state.PerSecond * options.AfterRefusal, $"{signal.Refusals} refused with 429", now, options);
        if (state.UsualLatency is { } usual && signal.AverageLatency is { } latency && latency > usual * options.SlowFactor && latency > options.SlowFrom)
            return isEcho
                ? (state, null)
                : Change(state, state.PerSecond * options.AfterSlowdown, $"latency {latency.TotalMilliseconds:0} ms, usually {usual.TotalMilliseconds:0} ms", now, options);

        state = state with { UsualLatency = Learn(state.UsualLatency, signal.AverageLatency) };
        // Quiet counts only when something was sent: silence says nothing of the provider.
        return state.PerSecond < options.Ceiling && signal.Sent > 0 && now - state.ChangedAt >= options.RecoverAfter
            ? Change(state, state.PerSecond + Math.Max(1, options.Ceiling * options.RecoverStep), $"quiet for {(now - state.ChangedAt).TotalSeconds:0} s", now, options)
            : (state, null);
    }

    static (LimitState, LimitChange?) Change(LimitState state, double wanted, string cause, DateTimeOffset now, AdaptiveOptions options)
    {
        var limit = Math.Clamp((int)wanted, options.Floor, options.Ceiling);
        var next = state with { PerSecond = limit, ChangedAt = now };
        return (next, limit == state.PerSecond ? null : new LimitChange(state.PerSecond, limit, cause));
    }

    static TimeSpan? Learn(TimeSpan? usual, TimeSpan? seen) =>
        seen is null ? usual : usual is null ? seen : (usual * (1 - Newest)) + (seen * Newest);
}
