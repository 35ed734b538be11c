using Billing.Views.MonthClose;

namespace Billing.Cli.Closing;

/// <summary>Waits until MonthClose has taken in what was sent to it.</summary>
public sealed class IntakeWait(MonthCloseClient months, TimeProvider time)
{
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>What was known before does not count again; when nothing moves for so long, the rest was known.</summary>
    static readonly TimeSpan Still = TimeSpan.FromSeconds(2);

    /// <summary>When nothing moves for so long, and less is known than was sent, something is wrong.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits until the count has grown by what was sent, or stands still at no less than was sent.</summary>
    public async Task<IntakeView> UntilAsync(
        string what, Func<IntakeView, long> count, IntakeView before, long sent, Action<long> progress, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Pace, time);
        var (last, moved) = (-1L, time.GetTimestamp());
        while (true)
        {
            var intake = await months.IntakeAsync(cancellation);
            var now = count(intake);
            progress(Math.Min(now, sent));
            if (now != last)
                (last, moved) = (now, time.GetTimestamp());
            if (now >= count(before) + sent || (now >= sent && time.GetElapsedTime(moved) > Still))
                return intake;
            if (time.GetElapsedTime(moved) > Patience)
                throw new CliException($"MonthClose has taken in {now} of {sent} {what}, and nothing more for {Patience.TotalSeconds:0} s. See its log.");
            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    /// <summary>Waits until each of the accounts can be asked for.</summary>
    public async Task UntilKnownAsync(IEnumerable<string> accountIds, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Pace, time);
        foreach (var id in accountIds)
        {
            var asked = time.GetTimestamp();
            while (await months.AccountAsync(id, cancellation) is null)
            {
                if (time.GetElapsedTime(asked) > Patience)
                    throw new CliException($"MonthClose does not know the account '{id}' {Patience.TotalSeconds:0} s after it was sent. See its log.");
                await timer.WaitForNextTickAsync(cancellation);
            }
        }
    }
}
