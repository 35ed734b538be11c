using Billing.Testing;
using Xunit;

namespace Billing.Limits.Tests;

public sealed class When_permits_rest
{
    readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Senders that stall at random: before they send, while it is received, before they hear, before they say so.</summary>
    [Theory]
    [InlineData(1, 1), InlineData(2, 10), InlineData(3, 50), InlineData(4, 100)]
    public async Task Should_never_be_received_more_often_than_there_are_permits_however_long_anything_stalls(int seed, int permits)
    {
        using var pool = Holding(permits, LimitKind.Window);
        var dice = new Random(seed);
        var receipts = new List<double>();
        var flights = new List<(double ReceivedAt, double AnsweredAt, Permit Permit)>();
        var waiting = new List<Task<Permit>>();
        for (var now = 0.0; now < 12_000; now++)
        {
            pool.Renewed(0, _clock.GetTimestamp());
            while (waiting.Count < 5)
                waiting.Add(pool.TakeAsync(default));
            foreach (var taken in waiting.Where(x => x.IsCompleted).ToList())
            {
                waiting.Remove(taken);
                // mostly a few milliseconds, now and then a second or more
                var (there, back) = (Stall(), Stall());
                receipts.Add(now + there);
                flights.Add((now + there, now + there + back, await taken));
            }

            foreach (var flight in flights.Where(x => x.AnsweredAt <= now).ToList())
            {
                flights.Remove(flight);
                flight.Permit.Answered();
            }

            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        receipts.Sort();
        for (var i = 0; i + permits < receipts.Count; i++)
            Assert.True(receipts[i + permits] - receipts[i] >= 1000, $"{permits + 1} within {receipts[i + permits] - receipts[i]:0} ms");
        Assert.InRange(receipts.Count, permits * 8, permits * 13);

        double Stall() => dice.Next(100) switch { 0 => dice.Next(0, 1500), < 5 => dice.Next(0, 100), _ => dice.Next(0, 5) };
    }

    [Fact]
    public async Task Should_reach_99_of_100_when_an_answer_takes_two_milliseconds()
    {
        using var pool = Holding(100, LimitKind.Window);
        var sent = 0;
        var flights = new Queue<(int At, Permit Permit)>();
        var next = pool.TakeAsync(default);
        for (var now = 0; now < 20_000; now++)
        {
            pool.Renewed(0, _clock.GetTimestamp());
            for (; next.IsCompleted; next = pool.TakeAsync(default), sent++)
                flights.Enqueue((now + 2, await next));
            while (flights.TryPeek(out var first) && first.At <= now)
                flights.Dequeue().Permit.Answered();
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.InRange(sent / 20.0, 99, 105);     // the first hundred leave at once
    }

    [Fact]
    public async Task Should_begin_nothing_after_the_lease()
    {
        using var pool = Holding(2, LimitKind.Concurrent);
        (await pool.TakeAsync(default)).Answered();
        _clock.Advance(TimeSpan.FromSeconds(3.1));
        var late = pool.TakeAsync(default);
        Assert.False(late.IsCompleted);
        pool.Renewed(0, _clock.GetTimestamp());
        (await late).Answered();
    }

    /// <summary>The machine is suspended for ten seconds: its monotonic clock stands still, and the others have taken the permits over.</summary>
    [Fact]
    public async Task Should_begin_nothing_after_a_sleep_of_the_machine_that_was_longer_than_the_lease()
    {
        using var pool = Holding(2, LimitKind.Concurrent);
        _clock.StepTo(_clock.GetUtcNow().AddSeconds(10));
        var late = pool.TakeAsync(default);
        Assert.False(late.IsCompleted);
        pool.Renewed(0, _clock.GetTimestamp(), _clock.GetUtcNow().AddSeconds(-10));    // asked before it slept, answered after
        Assert.False(late.IsCompleted);
        pool.LoseDownTo(1);
        pool.Renewed(0, _clock.GetTimestamp(), _clock.GetUtcNow());
        (await late).Answered();
    }

    [Fact]
    public async Task Should_go_on_when_the_calendar_is_set_back()
    {
        using var pool = Holding(2, LimitKind.Concurrent);
        _clock.StepTo(_clock.GetUtcNow().AddHours(-1));
        (await pool.TakeAsync(default)).Answered();
        pool.Renewed(0, _clock.GetTimestamp());
        (await pool.TakeAsync(default)).Answered();
        Advance(3.1);
        Assert.False(pool.TakeAsync(default).IsCompleted);
    }

    [Fact]
    public async Task Should_rest_longer_when_no_answer_came_and_not_at_all_when_nothing_was_sent()
    {
        using var pool = Holding(1, LimitKind.Window);
        (await pool.TakeAsync(default)).Unused();
        (await pool.TakeAsync(default)).Lost();
        Assert.Equal(1, pool.Lost);
        var next = pool.TakeAsync(default);
        Advance(5, pool);
        Assert.False(next.IsCompleted);
        Advance(2, pool);
        (await next).Answered();
        Assert.Equal(0, pool.Lost);
    }

    [Fact]
    public async Task Should_let_go_of_what_is_free_at_once_and_of_the_rest_as_it_comes_free()
    {
        using var pool = Holding(10, LimitKind.Window);
        for (var i = 0; i < 6; i++)
            (await pool.TakeAsync(default)).Answered();
        Assert.Equal(6, pool.LetGo(3));
        Advance(1.1);
        Assert.Equal(3, pool.LetGo(3));
    }

    [Theory]
    [InlineData(100, new[] { 100, 100, 100 }, new[] { 33, 33, 34 }), InlineData(100, new[] { 5, 100, 100 }, new[] { 5, 47, 48 })]
    [InlineData(100, new[] { 0, 100, 0 }, new[] { 0, 100, 0 }), InlineData(5, new[] { 5, 5, 5, 5, 5, 5 }, new[] { 0, 1, 1, 1, 1, 1 }),
        InlineData(10, new[] { 2, 3 }, new[] { 2, 3 })]
    public void Should_be_shared_alike_among_those_who_want_them(int permits, int[] wanted, int[] expected)
    {
        var all = wanted.Select((wants, at) => (Holder: new Guid(at, 0, 0, new byte[8]), Wanted: wants)).ToList();
        Assert.Equal(expected, all.Select(x => PermitShare.Of(permits, all, x.Holder)));
    }

    [Theory]
    [InlineData(2, 0, false, null)]                 // as many as processes
    [InlineData(1, 0, false, 1), InlineData(0, 0, false, null)]
    [InlineData(1, 1, false, 1), InlineData(1, 1, true, 0), InlineData(1, 3, false, 1)]
    public void Should_go_round_where_they_are_fewer_than_processes(int permits, int held, bool isForLong, int? expected) =>
        Assert.Equal(expected, PermitShare.Turn(permits, held, isForLong, [(0, 1), (0, 0)]));

    [Fact]
    public void Should_fill_a_bucket_evenly_up_to_its_brim()
    {
        var noon = new DateTime(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);
        Assert.Equal((10, 0), Bucket.Take(0, null, noon, 10, 10, 99));
        Assert.Equal((2, 0.5), Bucket.Take(0, noon, noon.AddSeconds(0.25), 10, 10, 99));
        Assert.Equal((10, 0), Bucket.Take(3, noon, noon.AddHours(1), 10, 10, 99));
        Assert.Equal((3, 0), Bucket.Take(3, noon, noon.AddHours(-1), 10, 10, 99));
        Assert.Equal((0, 3), Bucket.Take(3, noon, noon, 10, 10, -1));
    }

    [Fact]
    public void Should_take_from_the_dead_what_rests_first_and_what_was_in_flight_later()
    {
        var beats = new Beats(PermitTimes.Default, _clock);
        List<PermitHolderRow> Others() => [new() { Name = "x", Holder = new Guid(1, 0, 0, new byte[8]), Count = 30, Busy = 2, Beat = 7 }];
        var first = Others();
        Assert.Empty(beats.TakeFromTheDead(first));
        Assert.True(beats.IsAlive(first[0]));
        Advance(4);
        Assert.Empty(beats.TakeFromTheDead(first = Others()));
        Assert.Equal((30, false), (first[0].Count, beats.IsAlive(first[0])));
        Advance(1);
        Assert.Empty(beats.TakeFromTheDead(first = Others()));
        Assert.Equal(2, first[0].Count);
        Advance(16);
        Assert.Single(beats.TakeFromTheDead(Others()));
    }

    PermitPool Holding(int permits, LimitKind kind)
    {
        var pool = new PermitPool(kind, () => { }, PermitTimes.Default, _clock);
        pool.Renewed(permits, _clock.GetTimestamp());
        Advance(1.1, pool);      // they come free evenly over the first second
        return pool;
    }

    // the lease is renewed meanwhile, as it is in a process that lives
    void Advance(double seconds, PermitPool? renewed = null)
    {
        for (var i = 0; i < seconds * 10; i++)
        {
            renewed?.Renewed(0, _clock.GetTimestamp());
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }
    }
}
