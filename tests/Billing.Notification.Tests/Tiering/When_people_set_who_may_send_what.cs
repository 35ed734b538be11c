using System.Text.Json;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Tests.House;
using Billing.Notification.Tiering;

namespace Billing.Notification.Tests.Tiering;

public sealed class When_people_set_who_may_send_what(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_keep_what_a_paused_workspace_asks_for_until_it_is_resumed()
    {
        await house.TellAsync(new PauseWorkspace { WorkspaceId = "paused", RequestedBy = "a test" });
        await house.HeardAllAsync();
        var (waits, goes) = (Sample.Receipt(workspace: "paused"), Sample.Receipt(workspace: "other"));
        await house.TellAsync(waits);
        await house.HeardAllAsync();
        await house.TellAsync(goes);
        Assert.Equal("Sent", await EndAsync(goes));
        Assert.Equal("Queued", State(await house.FindAsync(waits.NotificationId)));

        await house.TellAsync(new ResumeWorkspace { WorkspaceId = "paused", RequestedBy = "a test" });
        Assert.Equal("Sent", await EndAsync(waits));
    }

    [Fact]
    public async Task Should_hold_a_workspace_to_the_limit_of_its_tier_and_nobody_else()
    {
        await house.TellAsync(new SetTier { Name = "slow", Weight = 1, EmailPerSecond = 1 });
        await house.HeardAllAsync();
        await house.TellAsync(new SetWorkspaceTier { WorkspaceId = "slowly", Tier = "slow" });
        await house.HeardAllAsync();
        SendEmail[] slow = [.. Enumerable.Range(0, 4).Select(_ => Sample.Receipt(workspace: "slowly"))];
        SendEmail[] fast = [.. Enumerable.Range(0, 50).Select(_ => Sample.Receipt(workspace: "at-once"))];
        await house.TellAsync(new SendEmails { Emails = [.. slow, .. fast] });
        foreach (var email in slow.Concat(fast))
            Assert.Equal("Sent", await EndAsync(email));
        var ended = new List<DateTimeOffset>();
        foreach (var email in slow)
            ended.Add((await house.FindAsync(email.NotificationId)).GetProperty("endedAt").GetDateTimeOffset());
        Assert.InRange((ended.Max() - ended.Min()).TotalSeconds, 2, 60);        // four at one a second, of which one may be saved up
    }

    [Fact]
    public async Task Should_send_at_its_time_and_the_urgent_first()
    {
        var later = Sample.Receipt() with { SendAt = house.Clock.GetUtcNow().AddHours(1) };
        var wrong = Sample.Receipt() with { Priority = 12 };
        await house.TellAsync(later, wrong);
        await house.HeardAllAsync();
        Assert.Equal("Deferred", State(await house.FindAsync(later.NotificationId)));
        Assert.Equal("Priority is 12; expected 0 to 9.", (await house.FindAsync(wrong.NotificationId)).GetProperty("reason").GetString());
        house.Clock.Advance(TimeSpan.FromHours(1.1));
        Assert.Equal("Sent", await EndAsync(later));
    }

    [Fact]
    public async Task Should_send_the_urgent_of_a_workspace_first()
    {
        await house.StopServiceAsync();
        await house.StartServiceAsync(settings: ("Sending:Email:InFlight", "1"));
        await house.TellAsync(new PauseWorkspace { WorkspaceId = "urgent", RequestedBy = "a test" });
        await house.HeardAllAsync();
        SendEmail[] emails = [.. new[] { 1, 9, 5, 0, 9 }.Select(priority => Sample.Receipt(workspace: "urgent") with { Priority = priority })];
        await house.TellAsync(new SendEmails { Emails = emails });
        await house.HeardAllAsync();
        await house.TellAsync(new ResumeWorkspace { WorkspaceId = "urgent", RequestedBy = "a test" });
        var ended = new List<(int Priority, DateTimeOffset At)>();
        foreach (var email in emails)
            ended.Add((email.Priority!.Value, (await house.EndsAsync(email.NotificationId)).GetProperty("endedAt").GetDateTimeOffset()));
        Assert.Equal([9, 9, 5, 1, 0], ended.OrderBy(one => one.At).Select(one => one.Priority));
    }

    [Fact]
    public async Task Should_send_one_of_those_that_mean_the_same()
    {
        SendEmail Said(string key, string mode, TimeSpan? span = null) =>
            Sample.Receipt(workspace: "same") with { Deduplication = new Deduplication { Key = key, Mode = mode, For = span } };
        var (first, second) = (Said("t", "Throttle", TimeSpan.FromHours(1)), Said("t", "Throttle", TimeSpan.FromHours(1)));
        var (early, last) = (Said("d", "Debounce", TimeSpan.FromHours(2)), Said("d", "Debounce", TimeSpan.FromHours(2)));
        await house.TellAsync(new SendEmails { Emails = [first, second, early, last] });
        await house.HeardAllAsync();
        Assert.Equal("Sent", await EndAsync(first));
        Assert.Equal(("Dropped", $"the same as {first.NotificationId}: t"), await DroppedAsync(second));
        Assert.Equal(("Dropped", $"the same as {last.NotificationId}: d"), await DroppedAsync(early));
        Assert.Equal("Deferred", State(await house.FindAsync(last.NotificationId)));
        house.Clock.Advance(TimeSpan.FromHours(2.1));
        Assert.Equal("Sent", await EndAsync(last));

        var again = Said("t", "Throttle", TimeSpan.FromHours(1));
        await house.TellAsync(again);
        Assert.Equal("Sent", await EndAsync(again));
    }

    async Task<(string, string?)> DroppedAsync(SendEmail email)
    {
        var found = await house.FindAsync(email.NotificationId);
        return (State(found), found.GetProperty("reason").GetString());
    }

    async Task<string> EndAsync(SendEmail email) => State(await house.EndsAsync(email.NotificationId));

    static string State(JsonElement found) => found.GetProperty("state").GetString()!;
}
