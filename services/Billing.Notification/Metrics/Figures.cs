using Billing.Notification.Limiting;

namespace Billing.Notification.Metrics;

/// <summary>Answer of <c>GET /api/metrics</c>.</summary>
public sealed record TotalFigures
{
    public required long RateExceededCount { get; init; }

    /// <summary>Milliseconds from leaving the queue to the provider's answer; 0 when nothing was sent.</summary>
    public required double AvgProcessingTime { get; init; }

    /// <summary>Messages a second since the last reset.</summary>
    public required double Throughput { get; init; }

    public required DateTimeOffset Timestamp { get; init; }
}

/// <summary>Answer of <c>GET /api/metrics/workspace/{workspaceId}</c>.</summary>
public sealed record WorkspaceFigures
{
    public required string WorkspaceId { get; init; }
    public required ChannelFigures Sms { get; init; }
    public required ChannelFigures Email { get; init; }
    public required DateTimeOffset Timestamp { get; init; }
}

public sealed record ChannelFigures(long Count, DateTimeOffset? LastExceeded, IReadOnlyList<ExceedanceDetail> Details);

public sealed record ExceedanceDetail(DateTimeOffset Timestamp, int BatchSize, string ErrorMessage);

/// <summary>What one process counted since the last reset; the sum over processes is the truth.</summary>
public sealed record Counted(long RateExceeded, long Messages, TimeSpan Processing);

public static class Figures
{
    public static TotalFigures Total(IEnumerable<Counted> processes, DateTimeOffset since, DateTimeOffset now)
    {
        var sum = processes.Aggregate(new Counted(0, 0, TimeSpan.Zero), (a, b) => new Counted(a.RateExceeded + b.RateExceeded, a.Messages + b.Messages, a.Processing + b.Processing));
        return new TotalFigures
        {
            RateExceededCount = sum.RateExceeded,
            AvgProcessingTime = sum.Messages == 0 ? 0 : sum.Processing.TotalMilliseconds / sum.Messages,
            Throughput = now > since ? sum.Messages / (now - since).TotalSeconds : 0,
            Timestamp = now
        };
    }

    /// <param name="workspaceId">Whose.</param>
    /// <param name="counts">All exceedances since the reset, by channel; more than the details hold.</param>
    /// <param name="newestFirst">The kept details of both channels.</param>
    /// <param name="now">When it was asked.</param>
    public static WorkspaceFigures Workspace(string workspaceId, IReadOnlyDictionary<Channel, long> counts, IReadOnlyList<Exceedance> newestFirst, DateTimeOffset now)
    {
        return new WorkspaceFigures { WorkspaceId = workspaceId, Sms = Of(Channel.Sms), Email = Of(Channel.Email), Timestamp = now };

        ChannelFigures Of(Channel channel)
        {
            var details = newestFirst.Where(x => x.Channel == channel && x.WorkspaceId == workspaceId)
                .Select(x => new ExceedanceDetail(x.At, x.BatchSize, x.ErrorMessage)).ToList();
            return new ChannelFigures(counts.GetValueOrDefault(channel), details.Count > 0 ? details[0].Timestamp : null, details);
        }
    }
}
