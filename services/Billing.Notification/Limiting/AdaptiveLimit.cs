using System.ComponentModel.DataAnnotations;
using Billing.Notification.Settings;

namespace Billing.Notification.Limiting;

/// <summary>Where a channel's limit stands.</summary>
/// <param name="PerSecond">Sends a second.</param>
/// <param name="ChangedAt">When it was last changed, or confirmed low by bad news.</param>
/// <param name="UsualLatency">What the provider usually takes; null until it is known.</param>
public sealed record LimitState(int PerSecond, DateTimeOffset ChangedAt, TimeSpan? UsualLatency = null);

/// <summary>What was seen of a provider since it was last judged.</summary>
/// <param name="Refusals">Answers that said "too fast".</param>
/// <param name="Sent">Other answers.</param>
/// <param name="AverageLatency">Of these; null while they are too few to tell.</param>
public sealed record ProviderSignal(int Refusals, int Sent, TimeSpan? AverageLatency);

/// <summary>A change, with the words for the log.</summary>
public sealed record LimitChange(int From, int To, string Cause);

/// <summary>The limit falls fast when the provider complains or slows down, and recovers step by step.</summary>
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
        if (state.UsualLatency is { } usual && signal.AverageLatency is { } latency && IsSlow(latency, usual, options))
            return isEcho
                ? (state, null)
                : Change(state, state.PerSecond * options.AfterSlowdown, $"latency {latency.TotalMilliseconds:0} ms, usually {usual.TotalMilliseconds:0} ms",
                    now, options);

        state = state with { UsualLatency = Learn(state.UsualLatency, signal.AverageLatency) };
        // Quiet counts only when enough was answered to tell how fast: silence, and few answers, say nothing of the provider. One that is slow gives few.
        return state.PerSecond < options.Ceiling && signal is { Sent: > 0, AverageLatency: not null } && now - state.ChangedAt >= options.RecoverAfter
            ? Change(state, state.PerSecond + Math.Max(1, options.Ceiling * options.RecoverStep), $"quiet for {(now - state.ChangedAt).TotalSeconds:0} s", now,
                options)
            : (state, null);
    }

    public static bool IsSlow(TimeSpan latency, TimeSpan usual, AdaptiveOptions options) => latency > usual * options.SlowFactor && latency > options.SlowFrom;

    static (LimitState, LimitChange?) Change(LimitState state, double wanted, string cause, DateTimeOffset now, AdaptiveOptions options)
    {
        var limit = Math.Clamp((int)wanted, options.Floor, options.Ceiling);
        var next = state with { PerSecond = limit, ChangedAt = now };
        return (next, limit == state.PerSecond ? null : new LimitChange(state.PerSecond, limit, cause));
    }

    static TimeSpan? Learn(TimeSpan? usual, TimeSpan? seen) =>
        seen is null ? usual : usual is null ? seen : (usual * (1 - Newest)) + (seen * Newest);
}
