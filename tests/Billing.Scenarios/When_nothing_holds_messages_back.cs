using Billing.Scenarios.House;
using Billing.Testing;
using Xunit.Abstractions;

namespace Billing.Scenarios;

/// <summary>How soon one message is there, and how fast many are, when no limit is set: by the receiving server's own clock, and beside what that server takes at all.</summary>
[Trait("Category", "Slow")]
public sealed class When_nothing_holds_messages_back(ITestOutputHelper output)
{
    static readonly bool IsLong = Environment.GetEnvironmentVariable("BILLING_LONG_TESTS") == "1";

    [Fact]
    public async Task Should_take_one_message_from_the_bus_to_its_receiver_at_once()
    {
        await using var house = await SendingHouse.OpenAsync(1);
        var times = new List<double>();
        const int First = 10;       // compiled, and connected, on the way
        for (var i = 0; i < First + (IsLong ? 1000 : 100); i++)
        {
            var asked = TimeProvider.System.GetUtcNow();
            await house.TellAsync(house.NewEmail($"w{i % 20:00}", i));
            var mail = await Eventually.HoldsAsync(() => Task.FromResult(house.Mail.Taken), taken => taken.Count == i + 1, "it has arrived");
            if (i >= First)
                times.Add(mail[^1].At - asked.ToUnixTimeMilliseconds());
        }

        times.Sort();
        output.WriteLine($"{times.Count} messages one after another, from publishing to receipt: p50 {times[times.Count / 2]:0} ms, p99 {times[times.Count * 99 / 100]:0} ms, longest {times[^1]:0} ms");
        // who is not told of an arrival finds it when he looks again, two seconds later
        Assert.InRange(times[times.Count / 2], 0, 1000);
    }

    [Fact]
    public async Task Should_send_many_not_far_from_what_the_receiver_takes()
    {
        await using var house = await SendingHouse.OpenAsync(1, ("Sending__Email__PerSecond", "0"));
        var count = IsLong ? 10_000 : 2_000;
        var emails = await house.StoreEmailsAsync(Enumerable.Range(0, count).Select(at => $"w{at % 20:00}"));
        var floor = await PerSecondAsync(house, count, () => MailFeeder.FeedAsync(house.Mail.Port, 5, emails.ConvertAll(email => $"floor-{email.To}")));
        var ours = await PerSecondAsync(house, count, () => house.LetGoAsync("Email", null));
        var floorAfter = await PerSecondAsync(house, count, () => MailFeeder.FeedAsync(house.Mail.Port, 5, emails.ConvertAll(email => $"floor-{email.To}")));
        output.WriteLine($"{count} messages, no limit, five in flight: {ours:0} a second, each written down before and after; the same server fed by five connections: {floor:0} before, {floorAfter:0} after; {ours / Math.Max(floor, floorAfter):0.00} of it");
        Assert.True(ours > 0.05 * Math.Max(floor, floorAfter), $"{ours:0} a second, of {floor:0} and {floorAfter:0}");
    }

    /// <summary>Between the first and the last that arrive, by the server's clock.</summary>
    static async Task<double> PerSecondAsync(SendingHouse house, int count, Func<Task> send)
    {
        var before = house.Mail.Taken.Count;
        await send();
        var taken = await Eventually.HoldsAsync(() => Task.FromResult(house.Mail.Taken), taken => taken.Count >= before + count, $"{count} have arrived", TimeSpan.FromMinutes(4));
        return (count - 1) * 1000.0 / (taken[^1].At - taken[before].At);
    }
}
