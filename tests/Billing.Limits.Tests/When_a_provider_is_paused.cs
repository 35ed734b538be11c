using Billing.Testing;
using Xunit;

namespace Billing.Limits.Tests;

public sealed class When_a_provider_is_paused : IDisposable
{
    readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
    readonly PermitLimit _limit;

    public When_a_provider_is_paused() =>
        _limit = new PermitLimit(new PermitOptions { Name = "provider", Kind = LimitKind.Window, Permits = 10, Patience = TimeSpan.FromMinutes(1) }, _clock);

    public void Dispose() => _limit.Dispose();

    [Fact]
    public async Task Should_wait_a_short_pause_out()
    {
        _limit.Set(new LimitSetting(0));
        var waits = _limit.TryTakeAsync(default);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(waits.IsCompleted);
        _limit.Set(new LimitSetting(10));
        _limit.Pool.Renewed(10, _clock.GetTimestamp());
        using var permit = await waits.WithinLimitAsync();
        Assert.NotNull(permit);
    }

    [Fact]
    public async Task Should_let_nobody_wait_for_ever_at_a_long_one()
    {
        _limit.Set(new LimitSetting(0));
        var waits = _limit.TryTakeAsync(default);
        _limit.Set(new LimitSetting(0));        // heard again, it is the same pause
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(await waits.WithinLimitAsync());
        var next = _limit.TryTakeAsync(default);
        Assert.True(next.IsCompletedSuccessfully);
        Assert.Null(await next);
    }

    [Fact]
    public async Task Should_go_on_after_it_and_have_new_patience_at_the_next()
    {
        _limit.Set(new LimitSetting(0));
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(await _limit.TryTakeAsync(default).WithinLimitAsync());
        _limit.Set(new LimitSetting(10));
        _limit.Pool.Renewed(10, _clock.GetTimestamp());
        using (var permit = await _limit.TryTakeAsync(default).WithinLimitAsync())
            Assert.NotNull(permit);

        _limit.Pool.LetGo(0);
        _limit.Set(new LimitSetting(0));
        _clock.Advance(TimeSpan.FromSeconds(10));
        var waits = _limit.TryTakeAsync(default);
        _clock.Advance(TimeSpan.FromSeconds(49));
        Assert.False(waits.IsCompleted);
        _limit.Set(new LimitSetting(null));
        Assert.NotNull(await waits.WithinLimitAsync());
    }

    [Fact]
    public async Task Should_wait_for_ever_where_that_is_asked_for()
    {
        _limit.Set(new LimitSetting(0));
        using var over = new CancellationTokenSource();
        var waits = _limit.TakeAsync(over.Token);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.False(waits.IsCompleted);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
    }

    [Fact]
    public async Task Should_let_nobody_through_before_it_is_known_that_there_is_no_pause()
    {
        var waits = _limit.TryTakeAsync(default);
        _clock.Advance(TimeSpan.FromMinutes(5));        // such as a database that is away at the start
        Assert.False(waits.IsCompleted);
        _limit.Set(new LimitSetting(0));
        Assert.False(waits.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(await waits.WithinLimitAsync());
    }
}
