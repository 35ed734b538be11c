using Billing.Notification.Metrics;
using Billing.Notification.Queueing;
using Billing.Notification.Tiering;

namespace Billing.Notification.Reporting;

/// <summary>Answer of <c>GET /api/metrics</c>. Everything counts from the last reset, over all processes.</summary>
public sealed record TotalFigures
{
    public required ChannelFigures Sms { get; init; }
    public required ChannelFigures Email { get; init; }

    /// <summary>Messages that a provider was asked to take.</summary>
    public required long Count { get; init; }

    /// <summary>Those that it took.</summary>
    public required long Success { get; init; }

    public required long RateExceededCount { get; init; }

    /// <summary>Milliseconds from leaving the queue to the provider's answer; 0 when nothing was sent.</summary>
    public required double AvgProcessingTime { get; init; }

    /// <summary>Messages a second since the last reset.</summary>
    public required double Throughput { get; init; }

    /// <summary>Those that exceed most, most first.</summary>
    public required IReadOnlyList<WorkspaceFigures> Workspaces { get; init; }

    public required DateTimeOffset Timestamp { get; init; }
}

/// <summary>One channel's part of it.</summary>
public sealed record ChannelFigures(long Count, long Success, long RateExceededCount, double AvgProcessingTime, double Throughput, DateTimeOffset Since)
{
    /// <summary>Milliseconds that half, 95 and 99 of a hundred answers took at most in the last five minutes; null when there were none.</summary>
    public Percentiles? Percentiles { get; init; }
}

public sealed record Percentiles(double P50, double P95, double P99)
{
    public static Percentiles? Of(IReadOnlyDictionary<int, long> counts) =>
        Latencies.Percentile(counts, 0.5) is { } half ? new(half, Latencies.Percentile(counts, 0.95)!.Value, Latencies.Percentile(counts, 0.99)!.Value) : null;
}

/// <summary>Answer of <c>GET /api/metrics/workspace/{workspaceId}</c>.</summary>
public sealed record WorkspaceFigures
{
    public required string WorkspaceId { get; init; }
    public required ExceededFigures Sms { get; init; }
    public required ExceededFigures Email { get; init; }
    public required DateTimeOffset Timestamp { get; init; }
}

/// <param name="Count">Exceedances since the last reset; the details may be fewer.</param>
/// <param name="LastExceeded">When the last was.</param>
/// <param name="Details">The newest, newest first.</param>
public sealed record ExceededFigures(long Count, DateTimeOffset? LastExceeded, IReadOnlyList<ExceedanceDetail> Details);

public sealed record ExceedanceDetail(DateTimeOffset Timestamp, int BatchSize, string ErrorMessage);

/// <summary>What was counted of a channel since some moment.</summary>
public sealed record Counted(long Count, long Success, long Exceeded, TimeSpan Processing, DateTimeOffset Since);

public static class Figures
{
    public static TotalFigures Total(Counted sms, Counted email, IReadOnlyList<WorkspaceFigures> workspaces, DateTimeOffset now)
    {
        var (count, seconds) = (sms.Count + email.Count, sms.Processing + email.Processing);
        return new TotalFigures
        {
            Sms = Of(sms, now),
            Email = Of(email, now),
            Count = count,
            Success = sms.Success + email.Success,
            RateExceededCount = sms.Exceeded + email.Exceeded,
            AvgProcessingTime = Average(seconds, count),
            Throughput = Rate(sms.Success, sms.Since, now) + Rate(email.Success, email.Since, now),
            Workspaces = workspaces,
            Timestamp = now
        };
    }

    public static ChannelFigures Of(Counted counted, DateTimeOffset now) =>
        new(counted.Count, counted.Success, counted.Exceeded, Average(counted.Processing, counted.Count), Rate(counted.Success, counted.Since, now),
            counted.Since);

    /// <param name="workspaceId">Whose.</param>
    /// <param name="figures">Its rows; a channel in which it never exceeded has none.</param>
    /// <param name="newestFirst">The kept exceedances of both channels.</param>
    /// <param name="now">When it was asked.</param>
    public static WorkspaceFigures Workspace(string workspaceId, IReadOnlyCollection<WorkspaceFigure> figures, IReadOnlyCollection<ExceedanceEntry> newestFirst,
        DateTimeOffset now)
    {
        return new WorkspaceFigures { WorkspaceId = workspaceId, Sms = Of(Channel.Sms), Email = Of(Channel.Email), Timestamp = now };

        ExceededFigures Of(Channel channel)
        {
            var figure = figures.SingleOrDefault(figure => figure.Channel == channel && figure.WorkspaceId == workspaceId);
            return new ExceededFigures(figure?.Count ?? 0, figure?.LastExceeded,
                [.. newestFirst.Where(entry => entry.Channel == channel && entry.WorkspaceId == workspaceId)
                    .Select(entry => new ExceedanceDetail(entry.At, entry.BatchSize, entry.ErrorMessage))]);
        }
    }

    static double Average(TimeSpan processing, long count) => count == 0 ? 0 : Math.Round(processing.TotalMilliseconds / count, 3);

    static double Rate(long count, DateTimeOffset since, DateTimeOffset now) => now > since ? Math.Round(count / (now - since).TotalSeconds, 3) : 0;
}
