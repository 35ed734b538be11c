using Billing.Hosting.Work;
using Billing.Persistence;
using Billing.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Billing.Hosting.Tests.Work;

public class When_work_is_periodic
{
    static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    readonly ManualTimeProvider _clock = new(Start);
    readonly DatabaseReadiness _database = new();

    [Fact]
    public async Task Should_wait_for_the_tables_before_the_first_round()
    {
        _database.Expect();
        using var work = new Passes(_database, _clock);
        await work.StartAsync(default);
        _clock.Advance(Passes.EveryMinute * 3);
        Assert.Equal(0, work.Begun);
        _database.Ready();
        await work.HasBegun(1);
        await work.StopAsync(default);
    }

    [Fact]
    public async Task Should_go_on_after_a_round_that_failed()
    {
        using var work = new Passes(_database, _clock) { FailsIn = 1 };
        await work.StartAsync(default);
        await work.HasBegun(1);
        _clock.Advance(Passes.EveryMinute);
        await work.HasBegun(2);
        await work.StopAsync(default);
    }

    [Fact]
    public async Task Should_begin_a_round_when_the_signal_is_set_and_no_second_one_for_a_second_signal()
    {
        var signal = new WakeSignal();
        using var work = new Passes(_database, _clock, signal) { Holds = true };
        await work.StartAsync(default);
        await work.HasBegun(1);
        signal.Set();
        signal.Set();
        work.Release();
        await work.HasBegun(2);
        work.Release();
        await work.HasEnded(2);
        Assert.Equal(2, work.Begun);
        await work.StopAsync(default);
    }

    [Fact]
    public async Task Should_do_what_fell_due_during_a_round()
    {
        using var work = new Passes(_database, _clock) { Holds = true };
        await work.StartAsync(default);
        await work.HasBegun(1);
        _clock.Advance(Passes.EveryMinute);
        work.Release();
        await work.HasBegun(2);
        await work.StopAsync(default);
    }

    [Fact]
    public async Task Should_end_what_it_began_when_the_host_stops_in_mid_round()
    {
        using var work = new Passes(_database, _clock) { Holds = true };
        await work.StartAsync(default);
        await work.HasBegun(1);
        await work.StopAsync(default);
        Assert.True(work.IsOver);
    }

    sealed class Passes(DatabaseReadiness database, TimeProvider clock, WakeSignal? signal = null)
        : PeriodicWork(database, clock, NullLogger.Instance, signal)
    {
        public static readonly TimeSpan EveryMinute = TimeSpan.FromMinutes(1);

        readonly SemaphoreSlim _released = new(0);
        int _begun;
        int _ended;

        public int FailsIn { get; init; }
        public bool Holds { get; init; }
        public int Begun => Volatile.Read(ref _begun);
        public bool IsOver { get; private set; }

        protected override TimeSpan Period => EveryMinute;

        public void Release() => _released.Release();

        public Task<int> HasBegun(int passes) => Eventually.HoldsAsync(() => Task.FromResult(Begun), begun => begun >= passes, $"{passes} passes begun");

        public Task<int> HasEnded(int passes) =>
            Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref _ended)), ended => ended >= passes, $"{passes} passes ended");

        protected override async Task PassAsync(CancellationToken stopping)
        {
            if (Interlocked.Increment(ref _begun) == FailsIn)
                throw new InvalidOperationException("the pass fails");
            if (Holds)
                await _released.WaitAsync(stopping);
            Interlocked.Increment(ref _ended);
        }

        protected override Task EndAsync()
        {
            IsOver = true;
            return Task.CompletedTask;
        }
    }
}
