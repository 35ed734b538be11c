using System.Diagnostics;
using Npgsql;

namespace Billing.Scenarios.House;

/// <summary>
/// How long this machine kept waiting those who wanted little of it: a timer that asks to be woken after 10 ms, and a commit of one row in the database that the
/// services use. What is promised of the average is promised on a machine that has time; what is promised of the most holds always.
/// </summary>
sealed class Strain : IAsyncDisposable
{
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan BetweenCommits = TimeSpan.FromMilliseconds(250);

    readonly CancellationTokenSource _over = new();
    readonly Task _watching;
    readonly Average _late = new();
    readonly Average _commit = new();

    public Strain(string database) => _watching = Task.WhenAll(Task.Run(WatchTimerAsync), Task.Run(() => WatchCommitsAsync(database)));

    /// <summary>
    /// More than 4 ms late: each permit comes round noticeably later than its second, as three waits for a core lie in each round. More than 40 ms for a commit: the pen
    /// that writes down what is about to be sent needs several of them in a row.
    /// </summary>
    public bool IsTooHigh => _late.Value > 4 || _commit.Value > 40;

    public override string ToString() => $"timers {_late.Value:0.0} ms late, a commit takes {_commit.Value:0} ms";

    async Task WatchTimerAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            await Task.Delay(Beat, TimeProvider.System);
            _late.Add(Math.Max(0, (Stopwatch.GetElapsedTime(asked) - Beat).TotalMilliseconds - 1));
        }
    }

    async Task WatchCommitsAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using (var create = new NpgsqlCommand("create table if not exists strain (at timestamptz)", connection))
            await create.ExecuteNonQueryAsync();
        await using var insert = new NpgsqlCommand("insert into strain values (now())", connection);
        using var timer = new PeriodicTimer(BetweenCommits);
        while (await timer.WaitForNextTickAsync() && !_over.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            await insert.ExecuteNonQueryAsync();
            _commit.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _watching;
        _over.Dispose();
    }

    sealed class Average
    {
        double _sum;
        int _count;

        public double Value => _sum / Math.Max(1, _count);

        public void Add(double value) => (_sum, _count) = (_sum + value, _count + 1);
    }
}
