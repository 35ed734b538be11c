using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Look.Reporting;
using Billing.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Reporting;

/// <summary>Who reads without a pause leaves the machine to a month that closes, and waits for nothing when none does.</summary>
public sealed class When_a_long_read_rests
{
    static readonly TimeSpan Took = TimeSpan.FromSeconds(3);
    static readonly BillingPeriod October = BillingPeriod.Parse("2026-10");
    static readonly BillingPeriod September = BillingPeriod.Parse("2026-09");

    readonly ManualTimeProvider _clock = new(DateTimeOffset.UnixEpoch);
    readonly ApplicationLifetime _host = new(NullLogger<ApplicationLifetime>.Instance);
    readonly Reads _reads;

    public When_a_long_read_rests() => _reads = new Reads(_host, _clock);

    [Fact]
    public async Task Should_begin_again_at_once_when_no_month_closes()
    {
        Assert.Equal("1", await _reads.OfAsync(October, default));
        Assert.Equal("2", await _reads.OfAsync(October, default));

        Assert.Equal([TimeSpan.Zero, Took], _reads.BeganAt);
    }

    [Fact]
    public async Task Should_rest_seven_times_as_long_beside_a_month_that_closes()
    {
        _reads.IsClosing = true;
        await _reads.OfAsync(October, default);

        var second = _reads.OfAsync(September, default);       // another month takes its turn as well
        await PassUntilAsync(second);

        Assert.InRange(_reads.BeganAt[1], Took * 8, (Took * 8) + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Should_rest_no_longer_than_the_month_closes()
    {
        _reads.IsClosing = true;
        await _reads.OfAsync(October, default);
        var second = _reads.OfAsync(October, default);
        await Eventually.HoldsAsync(() => Task.FromResult(_reads.Looks), looks => looks > 0, "the second read rests");

        _reads.IsClosing = false;
        await PassUntilAsync(second);

        Assert.InRange(_reads.BeganAt[1], Took, Took + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Should_have_one_read_for_all_who_wait_for_it()
    {
        _reads.IsClosing = true;
        await _reads.OfAsync(October, default);
        var many = Enumerable.Range(0, 10).Select(_ => _reads.OfAsync(October, default)).ToArray();

        await PassUntilAsync(Task.WhenAll(many));

        Assert.All(many, one => Assert.Equal("2", one.Result));
    }

    [Fact]
    public async Task Should_go_on_after_a_read_that_failed()
    {
        _reads.Fails = true;
        await Assert.ThrowsAsync<HttpRequestException>(() => _reads.OfAsync(October, default));
        _reads.Fails = false;

        Assert.Equal("2", await _reads.OfAsync(October, default));
    }

    async Task PassUntilAsync(Task done) => await Eventually.HoldsAsync(
        () =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(done.IsCompleted);
        },
        isDone => isDone, "the read has been made");

    sealed class Reads(IHostApplicationLifetime host, ManualTimeProvider clock) : SharedReads<string>(host, clock)
    {
        int _looks;

        public List<TimeSpan> BeganAt { get; } = [];

        public bool IsClosing { get; set; }

        public bool Fails { get; set; }

        public int Looks => Volatile.Read(ref _looks);

        protected override Task<string?> ReadAsync(BillingPeriod period, CancellationToken cancellationToken)
        {
            BeganAt.Add(TimeSpan.FromTicks(clock.GetTimestamp()));
            clock.Advance(Took);
            return Fails ? throw new HttpRequestException("the gateway is away") : Task.FromResult<string?>($"{BeganAt.Count}");
        }

        protected override Task<bool> IsMonthClosingAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _looks);
            return Task.FromResult(IsClosing);
        }
    }
}
