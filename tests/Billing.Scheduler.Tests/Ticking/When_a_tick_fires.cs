using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Scheduling.V1;
using Billing.Contracts.Seats.V1;
using Billing.Scheduler.Schedules;
using Billing.Scheduler.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.Scheduler.Tests.Ticking;

/// <summary>A house for each test: they move its clock.</summary>
public sealed class When_a_tick_fires : IAsyncLifetime
{
    static readonly DateTimeOffset First = DateTimeOffset.Parse("2026-11-01T13:00:00Z");

    readonly SchedulerHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Should_close_the_month_before_and_say_that_it_fired()
    {
        await _house.StartAsync();
        _house.Clock.SetTo(First.AddMinutes(2));
        await _house.WakeAsync("month-close");

        var close = await _house.HearsAsync<StartMonthClose>();
        Assert.Equal(("2026-10", "scheduler"), (close.Period, close.RequestedBy));
        var fired = await _house.HearsAsync<ScheduleFired>(x => x.Schedule == "month-close");
        Assert.Equal(First, fired.DueAt);
        Assert.True(fired.FiredAt >= First.AddMinutes(2));
        var shown = (await _house.SchedulesAsync()).Single(x => x.GetProperty("name").GetString() == "month-close");
        Assert.Equal(First, shown.GetProperty("lastDueAt").GetDateTimeOffset());
        Assert.Equal(First.AddMonths(1), shown.GetProperty("nextDueAt").GetDateTimeOffset());
        Assert.Equal(("0 0 13 1 * ?", "UTC"), (shown.GetProperty("cron").GetString(), shown.GetProperty("timeZone").GetString()));
    }

    [Fact]
    public async Task Should_refresh_seats_with_the_due_time()
    {
        await _house.StartAsync();
        _house.Clock.SetTo(DateTimeOffset.Parse("2026-10-15T06:00:30Z"));
        await _house.WakeAsync("seat-refresh");
        Assert.Equal(DateTimeOffset.Parse("2026-10-15T06:00:00Z"), (await _house.HearsAsync<StartSeatRefresh>()).DueAt);
    }

    [Fact]
    public async Task Should_have_the_books_reconciled_each_night()
    {
        await _house.StartAsync(("Schedules:reconciliation:Enabled", "true"));
        _house.Clock.SetTo(DateTimeOffset.Parse("2026-10-16T02:30:05Z"));
        await _house.WakeAsync("reconciliation");
        Assert.Null((await _house.HearsAsync<StartReconciliation>()).Period);
    }

    [Fact]
    public async Task Should_owe_nothing_from_before_the_schedule_existed()
    {
        await _house.StartAsync();
        Assert.Null(await _house.WakeAsync("month-close"));
        Assert.Null(await _house.WakeAsync("seat-refresh"));
        Assert.Empty(await _house.AllFiredAsync());
    }

    [Fact]
    public async Task Should_fire_once_when_the_tick_is_replayed()
    {
        await _house.StartAsync();
        await _house.StartAsync();      // two processes
        _house.Clock.SetTo(First);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _house.WakeAsync("month-close")));
        Assert.Single(await _house.AllFiredAsync(), x => x.Schedule == "month-close");
        Assert.Single(_house.Heard<StartMonthClose>());
    }

    [Fact]
    public async Task Should_fire_once_even_when_its_state_is_lost()
    {
        await _house.StartAsync();
        _house.Clock.SetTo(First);
        await _house.WakeAsync("month-close");
        await _house.BreakInAsync("""update "Schedule" set "Considered" = '2026-10-01' """);
        Assert.Null(await _house.WakeAsync("month-close"));
        Assert.Single(await _house.AskAsync(db => db.Ticks.Where(x => x.Schedule == "month-close").ToListAsync()));
    }

    [Fact]
    public async Task Should_catch_up_once_a_tick_that_came_during_a_restart()
    {
        await _house.StartAsync();
        await _house.StopAsync();
        // down for two months: one close and one refresh are caught up, the newest
        _house.Clock.SetTo(First.AddMonths(1).AddDays(3));
        await _house.StartAsync();

        Assert.Equal("2026-11", (await _house.HearsAsync<StartMonthClose>()).Period);
        Assert.Equal(DateTimeOffset.Parse("2026-12-04T12:00:00Z"), (await _house.HearsAsync<StartSeatRefresh>()).DueAt);
        await _house.StopAsync();
        await _house.StartAsync();
        await _house.WakeAsync("month-close");
        Assert.Equal(2, (await _house.AllFiredAsync()).Count);
        Assert.Single(_house.Heard<StartMonthClose>());
    }

    [Fact]
    public async Task Should_skip_what_is_too_late_where_that_is_asked_for()
    {
        await _house.StartAsync(("Schedules:month-close:Misfire", "Skip"));
        _house.Clock.SetTo(First.AddMinutes(6));
        Assert.True((await _house.WakeAsync("month-close"))?.Skipped
            ?? await _house.AskAsync(db => db.Ticks.AnyAsync(x => x.Schedule == "month-close" && x.Skipped)));
        await _house.AllFiredAsync();
        Assert.Empty(_house.Heard<StartMonthClose>());
    }

    [Fact]
    public async Task Should_not_fire_again_when_the_clock_steps_back()
    {
        await _house.StartAsync();
        _house.Clock.SetTo(First.AddMinutes(1));
        await _house.WakeAsync("month-close");
        _house.Clock.SetTo(First.AddHours(-1));
        Assert.Null(await _house.WakeAsync("month-close"));
        _house.Clock.SetTo(First.AddMinutes(1));
        Assert.Null(await _house.WakeAsync("month-close"));
        await _house.AllFiredAsync();
        Assert.Single(_house.Heard<StartMonthClose>());
    }

    [Fact]
    public async Task Should_fire_each_due_time_though_the_tick_before_still_queues()
    {
        // nobody answers the first command; the second is another due time and another message
        await _house.StartAsync();
        _house.Clock.SetTo(DateTimeOffset.Parse("2026-10-15T06:00:00Z"));
        await _house.WakeAsync("seat-refresh");
        _house.Clock.SetTo(DateTimeOffset.Parse("2026-10-15T12:00:00Z"));
        await _house.WakeAsync("seat-refresh");
        await _house.AllFiredAsync();
        Assert.Equal([6, 12], _house.Heard<StartSeatRefresh>().Select(x => x.DueAt.Hour).Order());
    }

    [Fact]
    public async Task Should_say_nothing_when_the_transaction_fails()
    {
        await _house.StartAsync();
        await _house.BreakInAsync("""alter table "ScheduleTick" add constraint "NoMore" check ("Schedule" <> 'month-close')""");
        _house.Clock.SetTo(First);
        await Assert.ThrowsAnyAsync<Exception>(() => _house.WakeAsync("month-close"));
        Assert.Empty(_house.Heard<StartMonthClose>());
        await _house.BreakInAsync("""alter table "ScheduleTick" drop constraint "NoMore" """);
        await _house.WakeAsync("month-close");
        await _house.HearsAsync<StartMonthClose>();
        await _house.AllFiredAsync();
        Assert.Single(_house.Heard<StartMonthClose>());
    }
}
