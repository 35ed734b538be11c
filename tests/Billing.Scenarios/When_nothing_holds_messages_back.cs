using Billing.Scenarios.House;
using Billing.Testing;
using Xunit.Abstractions;

namespace Billing.Scenarios;

/// <summary>No limit is set. How soon one message is there and how fast many are is measured by <c>./billing bench</c>.</summary>
[Trait("Category", "Slow")]
public sealed class When_nothing_holds_messages_back(ITestOutputHelper output)
{
    /// <summary>How long the sender sleeps when nobody tells it of an arrival.</summary>
    static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Should_take_one_message_from_the_bus_to_its_receiver_at_once()
    {
        await using var house = await SendingHouse.OpenAsync(1, ("Sending__LookEvery", $"{LookEvery}"));
        var times = new List<double>();
        for (var i = 0; i < (LongTests.Asked ? 1000 : 50); i++)
        {
            var asked = TimeProvider.System.GetUtcNow();
            await house.TellAsync(house.NewEmail($"w{i % 20:00}", i));
            var mail = await Eventually.HoldsAsync(() => Task.FromResult(house.Mail.Taken), taken => taken.Count == i + 1, "it has arrived");
            times.Add(mail[^1].At - asked.ToUnixTimeMilliseconds());
        }

        times.Sort();
        output.WriteLine($"{times.Count} messages one after another, from publishing to receipt: p50 {times[times.Count / 2]:0} ms, longest {times[^1]:0} ms");
        // a sender that is not told of arrivals would take half of the interval on average
        Assert.InRange(times[times.Count / 2], 0, LookEvery.TotalMilliseconds / 3);
    }

    [Fact]
    public async Task Should_send_many_and_each_once()
    {
        await using var house = await SendingHouse.OpenAsync(1, ("Sending__Email__PerSecond", "0"));
        var count = LongTests.Asked ? 10_000 : 2_000;
        var emails = await house.StoreEmailsAsync(Enumerable.Range(0, count).Select(at => $"w{at % 20:00}"));
        await house.LetGoAsync("Email", null);
        await house.CountsBecomeAsync("Email", counts => counts.Sent == count, $"{count} are sent", UnderLimit.Limit);
        Assert.Equal(emails.Select(email => email.To).Order(), house.Mail.Taken.Select(mail => mail.To).Order());
    }
}
