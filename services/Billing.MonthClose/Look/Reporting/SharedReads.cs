using Billing.MonthClose.Books.Calendar;

namespace Billing.MonthClose.Look.Reporting;

static class SharedReads
{
    /// <summary>A month of a million payments takes some minutes to list at the gateway, 100 of them in a page.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
}

/// <summary>
/// Reads of a month that take seconds or minutes: one at a time in this process. Who asks while another reads has the next one, together with all who ask
/// until it begins. So nobody has an answer that was begun before he asked, and a hundred who ask cost two. Beside a month that closes, each is followed by
/// seven times as long without one: charges lose no more than an eighth of what one reader can take of the machine.
/// </summary>
abstract class SharedReads<T>(IHostApplicationLifetime host, TimeProvider machine)
    where T : class
{
    const int RestsFor = 7;

    /// <summary>How often a reader that rests looks whether the month has been closed meanwhile.</summary>
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    readonly Dictionary<int, Task<T?>> _next = [];
    Task _last = Task.CompletedTask;
    TimeSpan _took;
    long _endedAt;

    /// <returns>Null when the month was never closed.</returns>
    /// <param name="period">Which month.</param>
    /// <param name="cancellationToken">Ends the waiting. The read goes on for the others.</param>
    public Task<T?> OfAsync(BillingPeriod period, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_next.TryGetValue(period.Number, out var next))
            {
                var before = _last;
                _next.Add(period.Number, next = Task.Run(() => ReadAfterAsync(before, period), host.ApplicationStopping));
                _last = next;
            }

            return next.WaitAsync(cancellationToken);
        }
    }

    protected abstract Task<T?> ReadAsync(BillingPeriod period, CancellationToken cancellationToken);

    protected abstract Task<bool> IsMonthClosingAsync(CancellationToken cancellationToken);

    async Task<T?> ReadAfterAsync(Task before, BillingPeriod period)
    {
        await Task.WhenAny(before);     // how it ended is told to those who asked for it
        try
        {
            await RestAsync();
        }
        finally
        {
            lock (_gate)
                _next.Remove(period.Number);        // who asks from here on has another one
        }

        return await ReadNowAsync(period);
    }

    async Task<T?> ReadNowAsync(BillingPeriod period)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(host.ApplicationStopping);
        bound.CancelAfter(SharedReads.Longest);
        var beganAt = machine.GetTimestamp();
        try
        {
            return await ReadAsync(period, bound.Token);
        }
        finally
        {
            (_took, _endedAt) = (machine.GetElapsedTime(beganAt), machine.GetTimestamp());
        }
    }

    async Task RestAsync()
    {
        while (true)
        {
            var rest = (_took * RestsFor) - machine.GetElapsedTime(_endedAt);
            if (rest <= TimeSpan.Zero || !await IsMonthClosingAsync(host.ApplicationStopping))
                return;
            await Task.Delay(rest < Pause ? rest : Pause, machine, host.ApplicationStopping);
        }
    }
}
