using System.Diagnostics;
using Npgsql;

namespace Billing.Benchmarks;

/// <summary>
/// How long this machine kept waiting those who wanted little of it: a timer that asks to be woken after 10 ms, and a commit of one row in the database that
/// the services use. A rate is to be read beside it.
/// </summary>
sealed class Strain : IAsyncDisposable
{
    static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan BetweenCommits = TimeSpan.FromMilliseconds(250);

    readonly CancellationTokenSource _over = new();
    readonly Task _measuring;
    readonly Average _late = new();
    readonly Average _commit = new();

    public Strain(string database) => _measuring = Task.WhenAll(Task.Run(MeasureTimersAsync), Task.Run(() => MeasureCommitsAsync(database)));

    public override string ToString() => $"timers {_late.Value:0.0} ms late, a commit takes {_commit.Value:0} ms";

    async Task MeasureTimersAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            await Task.Delay(Beat, TimeProvider.System);
            _late.Add(Math.Max(0, (Stopwatch.GetElapsedTime(asked) - Beat).TotalMilliseconds - 1));
        }
    }

    async Task MeasureCommitsAsync(string database)
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
        await _measuring;
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
