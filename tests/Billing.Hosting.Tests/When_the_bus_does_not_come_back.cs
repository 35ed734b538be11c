using Billing.Hosting.Bus;
using Billing.Testing;
using MassTransit;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Billing.Hosting.Tests;

public sealed class When_the_bus_does_not_come_back : IDisposable
{
    readonly ManualTimeProvider _clock = new(DateTimeOffset.UnixEpoch);
    readonly TcpCut _broker = new(TestVirtualHost.Host, TestVirtualHost.Port);
    readonly BusPulse _pulse;
    readonly HeardEnd _end;
    readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    readonly BusWatch _watch;

    public When_the_bus_does_not_come_back()
    {
        _pulse = new BusPulse(_clock);
        _end = new HeardEnd(_clock);
        var settings = new RabbitMqSettings([new BrokerNode(TcpCut.Host, (ushort)_broker.Port)], "/", "someone", "secret");
        _watch = new BusWatch(_pulse, settings, _end, _lifetime, _clock, NullLogger<BusWatch>.Instance);
    }

    [Fact]
    public async Task Should_end_the_process_after_thirty_seconds()
    {
        await _watch.StartAsync(default);
        await ReadyAsync("first");
        await ReadyAsync("second");
        Tick();
        await EndAsync("first", "second");
        Tick();
        await ReadyAsync("first");      // the second stays away

        await Eventually.HoldsAsync(() => Task.FromResult(_end.ExitCode), code => { Tick(); return code == 75; }, "the process ends");
        Assert.InRange(_clock.GetUtcNow(), DateTimeOffset.UnixEpoch.AddSeconds(31), DateTimeOffset.MaxValue);
    }

    [Fact]
    public async Task Should_count_nothing_while_all_are_at_work()
    {
        await ReadyAsync("first");
        Assert.Null(_pulse.Missing());

        Tick();
        await EndAsync("first");
        Assert.Equal(["/first"], _pulse.Missing()!.Value.Endpoints);

        Tick();
        await ReadyAsync("first");
        Assert.Null(_pulse.Missing());
    }

    [Fact]
    public async Task Should_wait_for_a_broker_that_is_away_however_long()
    {
        _broker.Cut();
        await _watch.StartAsync(default);
        await ReadyAsync("first");
        Tick();
        await EndAsync("first");

        var ticks = 0;
        await Eventually.HoldsAsync(() => Task.FromResult(++ticks), count => { Tick(); return count == 100; }, "100 seconds pass");
        Assert.Null(_end.ExitCode);
    }

    [Fact]
    public async Task Should_end_a_process_whose_bus_does_not_start_and_of_which_nothing_is_heard()
    {
        await _watch.StartAsync(default);
        await _pulse.PreStart(null!);
        for (var second = 0; second < 100; second++)
            Tick();
        await ReadyAsync("first");      // so it goes on, and two minutes begin anew

        await Eventually.HoldsAsync(() => Task.FromResult(_end.ExitCode), code => { Tick(); return code == 75; }, "the process ends");
        Assert.InRange(_clock.GetUtcNow(), DateTimeOffset.UnixEpoch.AddSeconds(220), DateTimeOffset.MaxValue);
    }

    [Fact]
    public async Task Should_not_wait_for_the_start_of_a_bus_that_has_started()
    {
        await _watch.StartAsync(default);
        await _pulse.PreStart(null!);
        await ReadyAsync("first");
        await _pulse.PostStart(null!, Task.FromResult<BusReady>(null!));

        var ticks = 0;
        await Eventually.HoldsAsync(() => Task.FromResult(++ticks), count => { Tick(); return count == 300; }, "five minutes pass");
        Assert.Null(_end.ExitCode);
    }

    [Fact]
    public async Task Should_let_a_process_stop_in_peace_however_long_it_takes()
    {
        await _watch.StartAsync(default);
        await ReadyAsync("first");
        Tick();
        _lifetime.StopApplication();
        await EndAsync("first");

        var ticks = 0;
        await Eventually.HoldsAsync(() => Task.FromResult(++ticks), count => { Tick(); return count == 100; }, "100 seconds pass");
        await _watch.ExecuteTask!.WithinLimitAsync();
        Assert.Null(_end.ExitCode);
    }

    public void Dispose()
    {
        _watch.Dispose();
        _broker.Dispose();
    }

    void Tick() => _clock.Advance(TimeSpan.FromSeconds(1));

    Task ReadyAsync(string endpoint) => _pulse.Ready(new ReadyNow(new Uri($"rabbitmq://here/{endpoint}")));

    async Task EndAsync(params string[] endpoints)
    {
        foreach (var endpoint in endpoints)
            await _pulse.Completed(new EndedNow(new Uri($"rabbitmq://here/{endpoint}")));
    }

    sealed record EndedNow(Uri InputAddress) : ReceiveEndpointCompleted
    {
        public long DeliveryCount => 0;
        public long ConcurrentDeliveryCount => 0;
        public IReceiveEndpoint ReceiveEndpoint => null!;
    }

    sealed record ReadyNow(Uri InputAddress) : ReceiveEndpointReady
    {
        public bool IsStarted => true;
        public IReceiveEndpoint ReceiveEndpoint => null!;
    }

    sealed class HeardEnd(TimeProvider clock) : ProcessEnd(null!, clock)
    {
        public int? ExitCode { get; private set; }

        public override Task EndAsync(int exitCode)
        {
            ExitCode = exitCode;
            return Task.CompletedTask;
        }
    }
}
