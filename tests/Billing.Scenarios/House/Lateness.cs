using System.Diagnostics;

namespace Billing.Scenarios.House;

/// <summary>
/// How late this machine was with what is due now: a timer that asks to be woken every 10 ms measures by how much it was kept waiting. What is promised
/// of the average is promised on a machine that has time; what is promised of the most holds always.
/// </summary>
sealed class Lateness : IAsyncDisposable
{
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);

    readonly CancellationTokenSource _over = new();
    readonly Task _watching;
    double _late;
    int _beats;

    public Lateness() => _watching = Task.Run(WatchAsync);

    /// <summary>Milliseconds on average. A quiet machine has some tenths, and one on which four programs want each core some tens.</summary>
    public double Mean => _late / Math.Max(1, _beats);

    /// <summary>Above it each permit comes round noticeably later than its second: three waits for a core lie in each round.</summary>
    public bool IsStarved => Mean > 4;

    async Task WatchAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            await Task.Delay(Beat, TimeProvider.System);
            _late += Math.Max(0, (Stopwatch.GetElapsedTime(asked) - Beat).TotalMilliseconds - 1);
            _beats++;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _watching;
        _over.Dispose();
    }
}
