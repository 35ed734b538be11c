using System.Globalization;
using Spectre.Console;

namespace Billing.Cli;

/// <summary>Shows how far something has come: a bar on a screen, a line at the end in a pipe.</summary>
static class ProgressBar
{
    /// <param name="title">What is going on.</param>
    /// <param name="total">How much there is; null when nobody knows.</param>
    /// <param name="work">Tells the bar how much is done, from any thread.</param>
    public static async Task RunAsync(string title, long? total, Func<Action<long>, Task> work)
    {
        var started = TimeProvider.System.GetTimestamp();
        var done = 0L;
        if (Screen.IsLive)
            await AnsiConsole.Progress().AutoClear(true).StartAsync(async screen =>
            {
                var task = screen.AddTask(Markup.Escape(title), maxValue: total ?? 1);
                task.IsIndeterminate = total is null;
                await work(amount =>
                {
                    RaiseTo(ref done, amount);
                    if (total is not null)
                        task.Value = Interlocked.Read(ref done);
                });
            });
        else
            await work(amount => RaiseTo(ref done, amount));
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        Screen.Unbroken(string.Create(CultureInfo.InvariantCulture, $"{title}: {done:N0} in {seconds:0.0} s"));
    }

    // Many publishers tell their counts at once, and the last to speak is not the one that has come furthest.
    static void RaiseTo(ref long done, long amount)
    {
        for (var seen = Interlocked.Read(ref done); amount > seen;)
        {
            var before = Interlocked.CompareExchange(ref done, amount, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}
