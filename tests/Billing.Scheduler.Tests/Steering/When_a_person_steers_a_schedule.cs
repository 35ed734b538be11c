using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Scheduling.V1;
using Billing.Contracts.Seats.V1;
using Billing.Scheduler.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.Scheduler.Tests.Steering;

public sealed class When_a_person_steers_a_schedule : IAsyncLifetime
{
    static readonly DateTimeOffset Six = DateTimeOffset.Parse("2026-10-15T06:00:00Z");

    readonly SchedulerHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Should_not_fire_while_it_is_paused_and_go_on_with_the_next_due_time()
    {
        await _house.StartAsync();
        var paused = await _house.TellAsync(new PauseSchedule { Schedule = "seat-refresh", Reason = "the directory moves", RequestedBy = "jane" });
        Assert.Equal(("accepted", "paused"), (paused.Outcome, paused.Changes.Single().What));
        _house.Clock.SetTo(Six.AddHours(6).AddSeconds(1));
        Assert.True((await _house.WakeAsync("seat-refresh"))?.Paused ?? true);
        var shown = await ShownAsync("seat-refresh");
        Assert.Equal("the directory moves", shown.GetProperty("paused").GetProperty("why").GetString());
        Assert.StartsWith("jane, through ", shown.GetProperty("paused").GetProperty("by").GetString(), StringComparison.Ordinal);
        Assert.Equal(Six.AddHours(12), shown.GetProperty("nextDueAt").GetDateTimeOffset());
        Assert.Equal("paused", shown.GetProperty("last")[0].GetProperty("outcome").GetString());

        // another due time, which nobody has looked at when it is resumed
        _house.Clock.SetTo(Six.AddHours(12).AddSeconds(1));
        Assert.Equal("accepted", (await _house.TellAsync(new ResumeSchedule { Schedule = "seat-refresh", RequestedBy = "jane" })).Outcome);
        await _house.WakeAsync("seat-refresh");
        Assert.Empty(await _house.AllFiredAsync());
        _house.Clock.SetTo(Six.AddHours(18).AddSeconds(1));
        await _house.WakeAsync("seat-refresh");
        Assert.Equal(Six.AddHours(18), (await _house.HearsAsync<StartSeatRefresh>()).DueAt);
        Assert.Single(await _house.AllFiredAsync());
        Assert.Equal(JsonValueKind.Null, (await ShownAsync("seat-refresh")).GetProperty("paused").ValueKind);

        var acts = await _house.ListAsync("api/audit?subject=seat-refresh");
        Assert.Equal(["resumed", "paused"], acts.Select(act => act.GetProperty("what").GetString()));
        Assert.Equal("the directory moves", acts[1].GetProperty("why").GetString());
    }

    [Fact]
    public async Task Should_stay_paused_over_a_restart_and_leave_the_others_alone()
    {
        await _house.StartAsync();
        await _house.TellAsync(new PauseSchedule { Schedule = "month-close", Reason = "prices are not in", RequestedBy = "jane" });
        await _house.StopAsync();
        _house.Clock.SetTo(DateTimeOffset.Parse("2026-11-01T13:00:01Z"));
        await _house.StartAsync();
        Assert.Equal(DateTimeOffset.Parse("2026-11-01T12:00:00Z"), (await _house.HearsAsync<StartSeatRefresh>()).DueAt);
        await _house.WakeAsync("month-close");
        await _house.AllFiredAsync();
        Assert.Empty(_house.Heard<StartMonthClose>());
    }

    [Fact]
    public async Task Should_run_at_once_beside_the_calendar_and_show_what_became_of_it()
    {
        _house.Answering = answer => answer with { Outcome = "unchanged", Because = "every seat is fresh" };
        await _house.StartAsync();
        await _house.TellAsync(new PauseSchedule { Schedule = "seat-refresh", Reason = "by hand today", RequestedBy = "jane" });
        var run = await _house.TellAsync(new RunScheduleNow { Schedule = "seat-refresh", Reason = "to see", RequestedBy = "jane" });
        Assert.Equal(("accepted", "run"), (run.Outcome, run.Changes.Single().What));
        var started = await _house.HearsAsync<StartSeatRefresh>();
        Assert.InRange(_house.Clock.GetUtcNow() - started.DueAt, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        var shown = await Eventually.HoldsAsync(() => ShownAsync("seat-refresh"),
            schedule => schedule.GetProperty("last")[0].GetProperty("outcome").GetString() == "unchanged", "the service has answered");
        Assert.Equal(("every seat is fresh", "jane"),
            (shown.GetProperty("last")[0].GetProperty("because").GetString(), shown.GetProperty("last")[0].GetProperty("requestedBy").GetString()));
        Assert.Equal(Six, shown.GetProperty("nextDueAt").GetDateTimeOffset());
        await _house.TellAsync(new ResumeSchedule { Schedule = "seat-refresh" });
        _house.Clock.SetTo(Six.AddSeconds(1));
        await _house.WakeAsync("seat-refresh");
        Assert.Equal(2, (await _house.AllFiredAsync()).Count);
        Assert.Empty(await _house.Broker.ErrorQueuesAsync());
        // an outcome has no outcome: nothing lies where people look
        Assert.DoesNotContain(await _house.Broker.PeekAsync("outcomes"), message => message.GetRawText().Contains("CommandAnswered", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_say_that_nothing_changed_or_name_the_schedules_that_there_are()
    {
        await _house.StartAsync();
        Assert.Equal(("unchanged", "it is not paused"), await SaidAsync(new ResumeSchedule { Schedule = "month-close" }));
        await _house.TellAsync(new PauseSchedule { Schedule = "month-close", Reason = "a", RequestedBy = "jane" });
        var (outcome, because) = await SaidAsync(new PauseSchedule { Schedule = "month-close", Reason = "b", RequestedBy = "joe" });
        Assert.Equal("unchanged", outcome);
        Assert.Matches(@"^it is paused since 2026-10-15T03:0\d:\d\dZ by jane, through .*: a$", because);
        var unknown = await _house.TellAsync(new RunScheduleNow { Schedule = "mont-close" });
        Assert.Equal("rejected", unknown.Outcome);
        Assert.Equal("Schedule is mont-close; expected the name of a schedule: month-close, seat-refresh",
            unknown.Faults.Select(fault => $"{fault.Field} is {fault.Value}; expected {fault.Expected}").Single());
        Assert.Equal("Reason", (await _house.TellAsync(new PauseSchedule { Schedule = "month-close", Reason = " " })).Faults.Single().Field);
    }

    async Task<(string, string?)> SaidAsync<T>(T command)
        where T : class => await _house.TellAsync(command) is var answer ? (answer.Outcome, answer.Because) : default;

    async Task<JsonElement> ShownAsync(string name) => (await _house.SchedulesAsync()).Single(schedule => schedule.GetProperty("name").GetString() == name);
}
