using System.Diagnostics;
using Billing.Testing;
using Xunit;

namespace Billing.Limits.Tests;

public sealed class When_processes_hold_permits : IAsyncLifetime
{
    readonly LimitHouse house = new();

    public Task InitializeAsync() => house.InitializeAsync();

    public Task DisposeAsync() => house.DisposeAsync();

    [Theory]
    [InlineData(50, 1), InlineData(100, 3)]
    public async Task Should_never_be_more_in_any_second(int permits, int processes)
    {
        var limits = new List<PermitLimit>();
        for (var i = 0; i < processes; i++)
            limits.Add((await house.StartHolderAsync(LimitKind.Window, permits)).Limit);
        using var over = new CancellationTokenSource();
        var calling = Task.WhenAll(limits.Select(limit => house.CallAsync(limit, 5, over.Token)));
        await Eventually.HoldsAsync(() => Task.FromResult(house.Calls), calls => calls > permits * 6, "calls for several seconds have gone out");
        await over.CancelAsync();
        await calling;

        Assert.InRange(LimitHouse.MostInOneSecond(house.TakeArrivals()), 1, permits);
    }

    [Fact]
    public async Task Should_share_alike_when_all_have_work_and_give_all_to_one_that_has()
    {
        var (a, b, c) = (await house.StartHolderAsync(LimitKind.Window, 99), await house.StartHolderAsync(LimitKind.Window, 99),
            await house.StartHolderAsync(LimitKind.Window, 99));
        using var enough = new CancellationTokenSource();
        using var over = new CancellationTokenSource();
        var one = house.CallAsync(a.Limit, 5, over.Token);
        await HeldAsync("one has them all", 99, 0, 0);
        var others = Task.WhenAll(house.CallAsync(b.Limit, 5, enough.Token), house.CallAsync(c.Limit, 5, enough.Token));
        await HeldAsync("each has a third", 33, 33, 33);
        await enough.CancelAsync();
        await others;
        await HeldAsync("one has them all again", 99, 0, 0);
        await over.CancelAsync();
        await one;
        Assert.InRange(LimitHouse.MostInOneSecond(house.TakeArrivals()), 1, 99);

        Task HeldAsync(string words, params int[] held) => Eventually.HoldsAsync(
            () => Task.FromResult<int?[]>([a.Limit.Held, b.Limit.Held, c.Limit.Held]), now => now.SequenceEqual(held.Cast<int?>()), words);
    }

    [Fact]
    public async Task Should_take_over_from_one_that_was_killed_and_hold_the_limit_meanwhile()
    {
        var (killed, other) = (await house.StartHolderAsync(LimitKind.Window, 60), await house.StartHolderAsync(LimitKind.Window, 60));
        using var death = new CancellationTokenSource();
        using var over = new CancellationTokenSource();
        var calls = (First: house.CallAsync(killed.Limit, 5, death.Token), Second: house.CallAsync(other.Limit, 5, over.Token));
        await Eventually.HoldsAsync(() => Task.FromResult((killed.Limit.Held, other.Limit.Held)), held => held == (30, 30), "each has half");
        killed.Kill();
        await death.CancelAsync();
        await calls.First;
        await Eventually.HoldsAsync(() => Task.FromResult(other.Limit.Held), held => held == 60, "the other has them all");
        await over.CancelAsync();
        await calls.Second;
        Assert.InRange(LimitHouse.MostInOneSecond(house.TakeArrivals()), 1, 60);
    }

    [Fact]
    public async Task Should_give_back_at_once_when_it_stops()
    {
        var (stopped, other) = (await house.StartHolderAsync(LimitKind.Concurrent, 5), await house.StartHolderAsync(LimitKind.Concurrent, 5));
        (await stopped.Limit.TakeAsync(default)).Answered();
        Assert.Single(await house.HoldersAsync());
        await stopped.StopAsync();
        Assert.Empty(await house.HoldersAsync());
        (await other.Limit.TakeAsync(default)).Answered();
    }

    [Fact]
    public async Task Should_not_take_one_for_dead_that_was_idle_and_works_again()
    {
        var times = new PermitTimes
        {
            Lease = TimeLimits.Scaled(TimeSpan.FromSeconds(1)),
            LongestUse = TimeSpan.Zero,
            Window = TimeSpan.FromMilliseconds(20),
            Reserve = TimeSpan.Zero,
            Idle = TimeSpan.FromMilliseconds(50),
            Renewal = TimeSpan.FromMilliseconds(200),
        };
        var (a, b) = (await house.StartHolderAsync(LimitKind.Concurrent, 5, times), await house.StartHolderAsync(LimitKind.Concurrent, 5, times));
        for (var round = 0; round < 3; round++)
        {
            (await a.Limit.TakeAsync(default)).Answered();
            (await b.Limit.TakeAsync(default)).Answered();
            await Eventually.HoldsAsync(async () => (await house.HoldersAsync()).Count, count => count == 0, "both are idle");
            var idle = Stopwatch.StartNew();
            await Eventually.HoldsAsync(() => Task.FromResult(idle.Elapsed), elapsed => elapsed > times.Lease * 1.2, "a beat that was seen before would be a dead one's");
        }

        using var held = await a.Limit.TakeAsync(default);
        using var other = await b.Limit.TakeAsync(default).WithinLimitAsync();
        Assert.Equal(2, (await house.HoldersAsync()).Count);
    }

    [Fact]
    public async Task Should_have_no_more_in_use_than_there_are_and_no_less()
    {
        var (a, b) = (await house.StartHolderAsync(LimitKind.Concurrent, 5), await house.StartHolderAsync(LimitKind.Concurrent, 5));
        var taken = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => a.Limit.TakeAsync(default)));
        var waits = b.Limit.TakeAsync(default);
        Assert.Equal(5, taken.Length);
        Assert.False(waits.IsCompleted);
        taken[0].Answered();
        (await waits.WithinLimitAsync()).Answered();
    }

    [Fact]
    public async Task Should_notice_a_change_a_pause_and_its_end()
    {
        var limit = (await house.StartHolderAsync(LimitKind.Window, 10)).Limit;
        using var over = new CancellationTokenSource();
        var calling = house.CallAsync(limit, 5, over.Token);
        await Eventually.HoldsAsync(() => Task.FromResult(house.Calls), calls => calls > 10, "calls go out");
        await house.SetPermitsAsync(0);
        await Eventually.HoldsAsync(() => Task.FromResult(limit.Held), held => held == 0, "nothing is held in a pause");
        house.TakeArrivals();
        await house.SetPermitsAsync(80);
        await Eventually.HoldsAsync(() => Task.FromResult(house.Calls), calls => calls > 200, "more calls go out");
        Assert.InRange(LimitHouse.MostInOneSecond(house.TakeArrivals()), 1, 80);
        await house.SetPermitsAsync(null);
        await Eventually.HoldsAsync(() => Task.FromResult(limit.Setting), setting => setting == new LimitSetting(null), "there is no limit");
        await over.CancelAsync();
        await calling;
        Assert.Empty(await house.HoldersAsync());
    }

    [Fact]
    public async Task Should_keep_what_holds_after_a_change_over_all_processes()
    {
        var (one, other) = ((await house.StartHolderAsync(LimitKind.Window, 20)).Limit, (await house.StartHolderAsync(LimitKind.Window, 20)).Limit);
        using var over = new CancellationTokenSource();
        var calling = Task.WhenAll(house.CallAsync(one, 30, over.Token), house.CallAsync(other, 30, over.Token));
        await Eventually.HoldsAsync(() => Task.FromResult(house.Calls), calls => calls > 20, "calls go out");

        await house.SetPermitsAsync(200);
        house.TakeArrivals();
        await Eventually.HoldsAsync(() => Task.FromResult(house.Calls), calls => calls > 300, "many more calls go out");
        Assert.InRange(LimitHouse.MostInOneSecond(house.TakeArrivals()), 1, 200);

        await house.SetPermitsAsync(10);
        await Eventually.HoldsAsync(() => Task.FromResult(one.Held + other.Held), held => held == 10, "both have let go of the others");
        house.TakeArrivals();
        await Eventually.HoldsAsync(() => Task.FromResult(house.Calls), calls => calls > 25, "calls still go out");
        await over.CancelAsync();
        await calling;
        Assert.InRange(LimitHouse.MostInOneSecond(house.TakeArrivals()), 1, 10);
    }

    [Fact]
    public async Task Should_give_each_its_turn_where_there_are_fewer_permits_than_processes()
    {
        var limits = new List<PermitLimit>();
        for (var i = 0; i < 3; i++)
            limits.Add((await house.StartHolderAsync(LimitKind.Window, 2)).Limit);
        var turns = new int[limits.Count];
        using var over = new CancellationTokenSource();
        var calling = limits.ConvertAll(limit => house.CallAsync(limit, 3, over.Token, () => Interlocked.Increment(ref turns[limits.IndexOf(limit)])));
        await Eventually.HoldsAsync(() => Task.FromResult(turns.Min()), least => least >= 3, "each had its turn, again and again");
        await over.CancelAsync();
        await Task.WhenAll(calling);
        Assert.InRange(LimitHouse.MostInOneSecond(house.TakeArrivals()), 1, 2);
    }

    [Fact]
    public async Task Should_begin_nothing_while_the_database_is_away_and_go_on_after_it()
    {
        await using var wire = house.Wire();
        var limit = (await house.StartHolderAsync(LimitKind.Window, 20, wire: wire)).Limit;
        using var over = new CancellationTokenSource();
        var calling = house.CallAsync(limit, 5, over.Token);
        await Eventually.HoldsAsync(() => Task.FromResult(house.Calls), calls => calls > 20, "calls go out");
        wire.Cut();
        var (calls, quiet) = (house.Calls, Stopwatch.StartNew());
        await Eventually.HoldsAsync(() =>
        {
            if (house.Calls != calls)
                (calls, quiet) = (house.Calls, Stopwatch.StartNew());
            return Task.FromResult(quiet.Elapsed);
        }, elapsed => elapsed > PermitTimes.Default.Lease, "nothing has begun for as long as a lease lasts");

        wire.Mend();
        await Eventually.HoldsAsync(() => Task.FromResult(house.Calls), now => now > calls + 20, "calls go out again");
        await over.CancelAsync();
        await calling;
        Assert.InRange(LimitHouse.MostInOneSecond(house.TakeArrivals()), 1, 20);
    }

    [Fact]
    public async Task Should_ask_no_database_for_a_permit_where_there_is_no_limit()
    {
        var limit = (await house.StartHolderAsync(LimitKind.Window, null)).Limit;
        (await limit.TakeAsync(default)).Answered();       // what the database says is known from now on
        for (var i = 0; i < 10_000; i++)
        {
            var taken = limit.TryTakeAsync(default);
            Assert.True(taken.IsCompletedSuccessfully, "nobody was waited for");
            (await taken)!.Answered();
        }

        Assert.Null(await house.RowAsync());
        Assert.Empty(await house.HoldersAsync());
    }

    [Fact]
    public async Task Should_give_a_permit_to_the_next_when_a_caller_goes_away()
    {
        var limit = (await house.StartHolderAsync(LimitKind.Window, 1)).Limit;
        (await limit.TakeAsync(default)).Answered();
        using var gone = new CancellationTokenSource();
        var abandoned = limit.TryTakeAsync(gone.Token);
        var next = limit.TryTakeAsync(default);
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        Assert.NotNull(await next.WithinLimitAsync());
    }

    [Fact]
    public async Task Should_let_a_bucket_save_up_a_second_and_no_more()
    {
        var limit = (await house.StartHolderAsync(LimitKind.Bucket, 40)).Limit;
        using var over = new CancellationTokenSource();
        var calling = house.CallAsync(limit, 5, over.Token);
        await Eventually.HoldsAsync(() => Task.FromResult(house.Calls), calls => calls > 160, "calls go out");
        await over.CancelAsync();
        await calling;
        var arrivals = house.TakeArrivals();
        Assert.InRange(arrivals.Count, 1, 40 * (arrivals[^1] - arrivals[0] + 1) + 8);
    }
}
