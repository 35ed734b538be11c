using System.Net.Http.Json;
using System.Text.Json;
using Billing.Notification.Tests.House;

namespace Billing.Notification.Tests.Sealing;

/// <summary>The keys of contact data are the process's: while one is replaced, nobody else keeps any.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class When_a_key_is_replaced : IAsyncLifetime
{
    static readonly string NewKey = Convert.ToBase64String([.. Enumerable.Repeat((byte)9, 32)]);

    readonly NotificationHouse house = new();

    public Task InitializeAsync() => house.InitializeAsync();

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_seal_anew_what_lies_in_the_tables_in_sets_until_the_old_one_is_needed_no_more()
    {
        var first = Sample.Receipt();
        // more than what a client executes before it prepares a statement
        await house.TellAsync([first, Sample.Sms(), .. Enumerable.Range(0, 12).Select(_ => Sample.Receipt())]);
        Assert.Equal("Sent", (await house.EndsAsync(first.NotificationId)).GetProperty("state").GetString());
        await house.BreakInAsync($"""update "Notification" set "Subject" = 'sealed:v1:gone:AAAA' where "NotificationId" = '{first.NotificationId}'""");
        await house.HeardAllAsync();
        Assert.Equal((0, 28, 1), await HeldAsync());

        await house.StopServiceAsync();
        await house.StartServiceAsync(null, ("Sealing:CurrentKey", "new_key"), ("Sealing:Keys:new_key", NewKey));
        var rewrapped = new List<int>();
        while (rewrapped.LastOrDefault(1) > 0)
        {
            using var answer = await house.Http.PostAsync(new Uri("api/seals/rewrap?most=20", UriKind.Relative), null);
            rewrapped.Add((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("rewrapped").GetInt32());
            Assert.True(rewrapped.Count < 10);
        }

        Assert.Equal([20, 8, 0], rewrapped);
        Assert.Equal((28, 0, 1), await HeldAsync());

        // what was sealed anew is read as before
        Assert.Equal("j***@example.com", (await house.FindAsync(first.NotificationId)).GetProperty("to").GetString());
    }

    /// <summary>Values under the new key, the old one, and one that nobody has.</summary>
    async Task<(long New, long Old, long Gone)> HeldAsync()
    {
        var held = await house.Http.GetFromJsonAsync<JsonElement>(new Uri("api/seals", UriKind.Relative));
        long Of(string key) => held.GetProperty("held").EnumerateArray().Sum(place => place.GetProperty("byKey").TryGetProperty(key, out var count) ? count.GetInt64() : 0);
        return (Of("new_key"), Of("test"), Of("gone"));
    }
}
