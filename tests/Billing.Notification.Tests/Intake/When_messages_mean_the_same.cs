using System.Collections.Concurrent;
using System.Text.Json;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Queueing;
using Billing.Notification.Tests.House;
using Billing.Testing;

namespace Billing.Notification.Tests.Intake;

public sealed class When_messages_mean_the_same(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Should_send_the_first_of_a_span_and_tell_which_was_dropped()
    {
        var dropped = new ConcurrentQueue<NotificationDropped>();
        await using var listening = await house.ListenAsync<NotificationDropped>(dropped.Enqueue);
        var (first, second) = (Same("span", "Throttle", Hour), Same("span", "Throttle", Hour));
        await house.TellAsync(first);
        await house.EndsAsync(first.NotificationId);
        await house.TellAsync(second);
        var told = (await Eventually.HoldsAsync(() => Task.FromResult(dropped.ToArray()), all => all.Length == 1, "it is told"))[0];
        Assert.Equal((second.NotificationId, first.NotificationId, "same", "Email", "span", "Throttle"),
            (told.NotificationId, told.KeptNotificationId, told.WorkspaceId, told.Channel, told.Key, told.Mode));
        Assert.Equal("Dropped", State(await house.FindAsync(second.NotificationId)));

        // its process died before it could tell: the message comes again, long after another has taken the key
        house.Clock.Advance(2 * Hour);
        var third = Same("span", "Throttle", Hour);
        await house.TellAsync(third);
        await house.EndsAsync(third.NotificationId);
        await house.TellAsync(second);
        var again = (await Eventually.HoldsAsync(() => Task.FromResult(dropped.ToArray()), all => all.Length == 2, "it is told again"))[1];
        Assert.Equal(told with { DroppedAt = again.DroppedAt }, again);     // the table knows it to the microsecond
    }

    [Fact]
    public async Task Should_send_the_last_and_tell_of_the_one_before_also_when_the_last_comes_again()
    {
        var dropped = new ConcurrentQueue<NotificationDropped>();
        await using var listening = await house.ListenAsync<NotificationDropped>(dropped.Enqueue);
        var (early, last) = (Same("last", "Debounce", Hour), Same("last", "Debounce", Hour));
        await house.TellAsync(early);
        await house.HeardAllAsync();
        await house.TellAsync(last);
        var told = (await Eventually.HoldsAsync(() => Task.FromResult(dropped.ToArray()), all => all.Length == 1, "it is told"))[0];
        Assert.Equal((early.NotificationId, last.NotificationId), (told.NotificationId, told.KeptNotificationId));

        await house.TellAsync(last);
        var again = (await Eventually.HoldsAsync(() => Task.FromResult(dropped.ToArray()), all => all.Length == 2, "it is told again"))[1];
        Assert.Equal(told with { DroppedAt = again.DroppedAt }, again);     // the table knows it to the microsecond
        house.Clock.Advance(1.1 * Hour);
        Assert.Equal("Sent", State(await house.EndsAsync(last.NotificationId)));
        Assert.Equal("Dropped", State(await house.FindAsync(early.NotificationId)));
    }

    [Fact]
    public async Task Should_send_no_other_until_the_first_has_ended()
    {
        var first = Same("simple", "Simple") with { SendAt = house.Clock.GetUtcNow() + Hour };
        var second = Same("simple", "Simple");
        await house.TellAsync(first);
        await house.HeardAllAsync();
        await house.TellAsync(second);
        await Eventually.HoldsAsync(() => house.FindAsync(second.NotificationId), found =>
            found.ValueKind == JsonValueKind.Object && State(found) == "Dropped", "the second is dropped");

        house.Clock.Advance(1.1 * Hour);
        await house.EndsAsync(first.NotificationId);
        var third = Same("simple", "Simple");
        await house.TellAsync(third);
        Assert.Equal("Sent", State(await house.EndsAsync(third.NotificationId)));
    }

    [Fact]
    public async Task Should_forget_keys_that_stand_for_nothing_any_more()
    {
        var (over, waits) = (Same("over", "Throttle", Hour), Same("waits", "Simple") with { SendAt = house.Clock.GetUtcNow().AddDays(40) });
        await house.TellAsync(over, waits);
        await house.EndsAsync(over.NotificationId);
        await house.HeardAllAsync();
        Assert.Equal("over, waits", await KeysAsync());

        house.Clock.Advance(TimeSpan.FromDays(31));     // longer than any span may be
        await house.StopServiceAsync();
        await house.StartServiceAsync();
        await Eventually.HoldsAsync(KeysAsync, keys => keys == "waits", "what still is to leave keeps its key");

        Task<string> KeysAsync() => house.ReadColumnAsync(
            """select coalesce(string_agg("Key", ', ' order by "Key"), '') from "HeldKey" where "Key" in ('over', 'waits')""");
    }

    static SendEmail Same(string key, string mode, TimeSpan? span = null) =>
        Sample.Receipt(workspace: "same") with { Deduplication = new Deduplication { Key = key, Mode = mode, For = span } };

    static string State(JsonElement found) => found.GetProperty("state").GetString()!;
}
