using Billing.Views.MonthClose;
using NodaTime;
using Spectre.Console;

namespace Billing.Cli.Closing;

/// <summary>Follows a run to its end: a live table on a screen, a line every few seconds in a pipe.</summary>
sealed class RunFollower(MonthCloseClient months, TimeProvider time)
{
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan LinePace = TimeSpan.FromSeconds(5);

    /// <param name="period">The month.</param>
    /// <param name="patience">How long nothing may move before it is given up.</param>
    /// <param name="cancellation">Ends the watching, not the run.</param>
    public async Task<RunView> ToTheEndAsync(YearMonth period, TimeSpan patience, CancellationToken cancellation)
    {
        if (!Screen.IsLive)
            return await FollowAsync(period, patience, WriteLines(), cancellation);
        return await AnsiConsole.Live(new Text($"Month {period.Text()}: waiting for the run to begin")).AutoClear(true).StartAsync(
            screen => FollowAsync(period, patience, run => screen.UpdateTarget(RunScreen.Render(run, time.GetUtcNow())), cancellation));
    }

    async Task<RunView> FollowAsync(YearMonth period, TimeSpan patience, Action<RunView> show, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Pace, time);
        var moved = time.GetTimestamp();
        var last = "";
        do
        {
            var run = await months.RunAsync(period, cancellation);
            if (run is not null)
                show(run);
            if (run is { HasEnded: true })
                return run;
            var seen = run is null ? "none" : $"{run.State} {string.Join(' ', run.Steps.OrderBy(step => step.Key, StringComparer.Ordinal))} {run.Chunks}";
            if (seen != last)
                (last, moved) = (seen, time.GetTimestamp());
            else if (time.GetElapsedTime(moved) > patience)
                throw new CliException(
                    $"Month {period.Text()}: nothing has moved for {patience.TotalSeconds:0} s. Last seen: {seen}. "
                    + "The run goes on by itself; see the services' logs.");
        }
        while (await timer.WaitForNextTickAsync(cancellation));

        throw new OperationCanceledException(cancellation);
    }

    Action<RunView> WriteLines()
    {
        var written = 0L;
        return run =>
        {
            if (written != 0 && !run.HasEnded && time.GetElapsedTime(written) < LinePace)
                return;
            written = time.GetTimestamp();
            Screen.Unbroken(RunScreen.Line(run, time.GetUtcNow()));
        };
    }
}
