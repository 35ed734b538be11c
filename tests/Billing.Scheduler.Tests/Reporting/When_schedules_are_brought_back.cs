using System.Text.Json.Nodes;
using Billing.Contracts.Notification.V1;
using Billing.Contracts.Scheduling.V1;
using Billing.Contracts.Seats.V1;
using Billing.Scheduler.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.Scheduler.Tests.Reporting;

/// <summary>The schedules were brought back from a backup of 05:00 at 09:30: what fell due between the two was published, and they do not know it.</summary>
public sealed class When_schedules_are_brought_back : IAsyncLifetime
{
    static readonly DateTimeOffset Nine = DateTimeOffset.Parse("2026-10-15T09:00:00Z");

    readonly SchedulerHouse _house = new();
    readonly Guid _email = Guid.NewGuid(), _sms = Guid.NewGuid(), _unanswered = Guid.NewGuid();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    [Fact]
    public async Task Should_publish_nothing_until_they_are_released_and_say_what_may_have_left()
    {
        await _house.StartAsync();
        await ScheduleAsync("SendEmail", _email, Nine, MessageOf(_email, "jane@example.com"));
        await ScheduleAsync("SendSms", _sms, Nine, MessageOf(_sms, "+4930123456"));
        await ScheduleAsync("SetSeatRefresh", Guid.NewGuid(), Nine, new JsonObject { ["maxRunning"] = 12 });
        await ScheduleAsync("SendEmail", Guid.NewGuid(), Nine.AddHours(1), MessageOf(Guid.NewGuid(), "joe@example.com"));
        await ScheduleAsync("SetSeatRefresh", _unanswered, Nine.AddHours(-5), new JsonObject { ["maxRunning"] = 3 });
        _house.Clock.SetTo(Nine.AddHours(-5));
        await _house.HearsAsync<SetSeatRefresh>(told => told.MaxRunning == 3);
        await _house.StopAsync();
        await _house.BreakInAsync("""
            insert into "Restoration" ("RestorationId", "TakenAt", "RestoredAt", "NothingLeft")
            values (gen_random_uuid(), '2026-10-15T05:00:00Z', '2026-10-15T09:30:00Z', false)
            """);
        _house.Clock.SetTo(Nine.AddMinutes(40));
        await _house.StartAsync();

        var held = (await _house.GetAsync("api/restoration")).GetProperty("held").EnumerateArray().Select(line => line.GetString()!).ToList();
        Assert.Equal(5, held.Count);
        Assert.Equal("schedule seat-refresh: StartSeatRefresh was due 2026-10-15T06:00:00Z, and fires with the release", held[0]);
        Assert.Contains(
            $"scheduled command {_email}: SendEmail was due 2026-10-15T09:00:00Z, and is published with the release; it may have been before", held);
        Assert.Contains($"scheduled command {_unanswered}: SetSeatRefresh of 2026-10-15T04:00:00Z was never answered, and is published once more with the release",
            held);
        Assert.True((await _house.GetAsync("api/restoration/held")).GetProperty("held").GetBoolean());
        Assert.Contains("nothing leaves: these are the books of 2026-10-15 05:00:00Z", (await _house.ReadinessAsync(0)).Said, StringComparison.Ordinal);
        Assert.Contains("the schedule seat-refresh is due, and held until restored books are released",
            (await _house.GetAsync("api/due")).GetProperty("busy").EnumerateArray().Select(one => one.GetString()));
        // neither Quartz, nor the worker, nor a trigger that wakes late
        Assert.Null(await _house.WakeAsync("seat-refresh"));
        Assert.Empty(_house.Heard<StartSeatRefresh>());
        Assert.Single(_house.Heard<SetSeatRefresh>());
        Assert.Empty(_house.Heard<SendEmail>());

        _house.Answering = answer => answer;
        Assert.True((await _house.PostAsync("api/restoration/release?why=looked&by=Ada")).GetProperty("released").GetBoolean());
        _house.Clock.SetTo(Nine.AddHours(2));
        await _house.HearsAsync<SetSeatRefresh>(told => told.MaxRunning == 12);
        await _house.HearsAsync<StartSeatRefresh>(tick => tick.DueAt == DateTimeOffset.Parse("2026-10-15T06:00:00Z"));
        Assert.True((await _house.HearsAsync<SendEmail>(email => email.NotificationId == _email)).MayHaveLeft);
        Assert.True((await _house.HearsAsync<SendSms>()).MayHaveLeft);
        Assert.Null((await _house.HearsAsync<SendEmail>(email => email.NotificationId != _email)).MayHaveLeft);      // it fell due later
        Assert.False((await _house.GetAsync("api/restoration/held")).GetProperty("held").GetBoolean());
        await _house.AllFiredAsync();
        Assert.Single(_house.Heard<StartSeatRefresh>());
        Assert.Equal([3, 12], _house.Heard<SetSeatRefresh>().Select(told => told.MaxRunning!.Value).Order());
        // the same message once more, and somebody answers it now
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Commands.AnyAsync(one => one.Id == _unanswered && one.Outcome == "accepted")), "it is answered");
    }

    async Task ScheduleAsync(string command, Guid id, DateTimeOffset due, JsonObject body) => Assert.Equal("accepted",
        (await _house.TellAsync(new ScheduleCommand { ScheduleId = id, DueAt = due, Command = command, Body = body, RequestedBy = "jane" })).Outcome);

    static JsonObject MessageOf(Guid id, string to) => to.Contains('@', StringComparison.Ordinal)
        ? new JsonObject { ["notificationId"] = $"{id}", ["workspaceId"] = "acme", ["to"] = to, ["subject"] = "Hello", ["text"] = "Hello" }
        : new JsonObject { ["notificationId"] = $"{id}", ["workspaceId"] = "acme", ["to"] = to, ["text"] = "Hello" };
}
