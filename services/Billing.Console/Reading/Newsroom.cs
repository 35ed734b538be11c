using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using MassTransit;

namespace Billing.Console.Reading;

/// <summary>Something that a service told on the bus.</summary>
/// <param name="At">When it happened, by its service's clock.</param>
/// <param name="Text">A sentence.</param>
/// <param name="Link">The page that shows it; null when there is none.</param>
/// <param name="NeedsPerson">It does not end by itself.</param>
public sealed record NewsItem(DateTimeOffset At, string Text, string? Link, bool NeedsPerson);

/// <summary>
/// Hears what the services tell of runs and alerts, in a queue of its own that goes with the process. The page shows it at once, and the figures of who told
/// it are read anew. Nothing is kept of it: it is what was said since this console was started.
/// </summary>
public sealed class Newsroom(IBusControl bus, FactBook facts, ILogger<Newsroom> log) : BackgroundService
{
    /// <summary>The newest are remembered: a card of the overview.</summary>
    const int Most = 12;

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    readonly List<NewsItem> _news = [];

    /// <summary>The newest first.</summary>
    public IReadOnlyList<NewsItem> Latest
    {
        get
        {
            lock (_gate)
                return [.. _news];
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause);
        while (bus.CheckHealth().Status != BusHealthStatus.Healthy)
            await timer.WaitForNextTickAsync(stoppingToken);
        var endpoint = bus.ConnectReceiveEndpoint(new TemporaryEndpointDefinition("console-news"), ConsoleQueues.Instance, Hear);
        try
        {
            await endpoint.Ready.WaitAsync(stoppingToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            log.NotHeard(failure.GetBaseException().Message);
        }

        await endpoint.StopAsync(CancellationToken.None);
    }

    void Hear(IReceiveEndpointConfigurator endpoint)
    {
        Tells<MonthCloseStarted>(endpoint, x => new(x.StartedAt, $"The run of {x.Period} has begun{By(x.RequestedBy)}.", Run(x.Period), false));
        Tells<MonthCloseDrafted>(endpoint, x => new(x.FinalAt, $"The month {x.Period} is drafted, and open for late usage.", Run(x.Period), false));
        Tells<RunPaused>(endpoint, x => new(x.PausedAt, $"The run of {x.Period} is paused{By(x.RequestedBy ?? x.Brake)}: {x.Reason}", Run(x.Period), true));
        Tells<RunResumed>(endpoint, x => new(x.ResumedAt, $"The run of {x.Period} goes on{By(x.RequestedBy)}.", Run(x.Period), false));
        Tells<MonthCloseCompleted>(endpoint,
            x => new(x.CompletedAt, $"The run of {x.Period} has ended: {x.Closed} closed, {x.Parked} parked, {x.Cancelled} cancelled.",
                Run(x.Period), x.Parked > 0));
        Tells<MonthCloseSucceeded>(endpoint, x => new(x.CompletedAt, $"Every account of {x.Period} is closed.", Run(x.Period), false));
        Tells<MonthCloseHeldBack>(endpoint,
            x => new(x.HeldBackAt, $"The run of {x.Period} did not begin: {x.Accounts} accounts are not as they were previewed.", "/runs", true));
        Tells<BillingAlert>(endpoint, x => new(x.RaisedAt, x.Message, x.AccountId is { } id ? $"/accounts/{Uri.EscapeDataString(id)}" : null, true));
        Tells<WorkspaceExceededTooOften>(endpoint,
            x => new(x.At, $"{x.WorkspaceId} was too fast {x.Count} times ({x.Channel}): {x.ErrorMessage}", "/admin/queues", false), Upstream.Notification);
    }

    void Tells<T>(IReceiveEndpointConfigurator endpoint, Func<T, NewsItem> tell, Upstream service = Upstream.MonthClose)
        where T : class =>
        endpoint.Handler<T>(context =>
        {
            lock (_gate)
            {
                _news.Insert(0, tell(context.Message));
                if (_news.Count > Most)
                    _news.RemoveAt(Most);
            }

            facts.Forget(service);
            return Task.CompletedTask;
        });

    static string By(string? who) => who is null ? "" : $" by {who}";

    static string Run(string period) => $"/runs/{Uri.EscapeDataString(period)}";
}
