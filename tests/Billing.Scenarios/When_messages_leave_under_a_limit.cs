using Billing.Scenarios.House;
using Billing.Testing;
using Xunit.Abstractions;

namespace Billing.Scenarios;

/// <summary>
/// Many messages over twenty workspaces, one of which owns nine tenths, as the receiving servers see them by their own clocks. What must never happen, on
/// however slow a machine: more than the limit in any second, a workspace out of turn, a message lost. How fast and how evenly they leave is measured by
/// <c>./billing bench</c>. Full sizes with <c>./billing test --long</c>.
/// </summary>
[TakesLong(140)]
[Trait("Category", "Slow")]
public sealed class When_messages_leave_under_a_limit(ITestOutputHelper output)
{
    /// <summary>How many may overtake in a round: those in flight.</summary>
    const int AheadOfOne = 5;

    /// <summary>With three processes, also what the others have collected.</summary>
    const int AheadOfThree = 60;

    static readonly (string, string) Paused = ("Sending__Email__PerSecond", "0");

    [Fact]
    public async Task Should_send_emails_by_turns_and_never_more_than_a_hundred_in_any_second()
    {
        await using var house = await SendingHouse.OpenAsync(1, Paused);
        KeepsItsPromise(await SendEmailsAsync(house), 100, AheadOfOne);
    }

    [Fact]
    public async Task Should_do_so_with_three_processes()
    {
        await using var house = await SendingHouse.OpenAsync(3, Paused);
        KeepsItsPromise(await SendEmailsAsync(house), 100, AheadOfThree);
    }

    [Fact]
    public async Task Should_do_so_with_three_processes_of_which_one_is_killed()
    {
        await using var house = await SendingHouse.OpenAsync(3, Paused, ("Sending__Lease", "00:00:30"));
        KeepsItsPromise(await SendEmailsAsync(house, async count =>
        {
            await Eventually.HoldsAsync(() => Task.FromResult(house.Mail.Taken.Count), taken => taken > count / 2, "half has left", UnderLimit.Limit);
            await house.Processes[1].KillAsync();
        }), 100, AheadOfThree);
    }

    [Fact]
    public async Task Should_send_SMS_likewise_at_fifty()
    {
        await using var house = await SendingHouse.OpenAsync(1, ("Sending__Sms__PerSecond", "0"));
        KeepsItsPromise(await SendSmsAsync(house), 50, AheadOfOne);
    }

    [Fact]
    public async Task Should_send_SMS_likewise_with_three_processes()
    {
        await using var house = await SendingHouse.OpenAsync(3, ("Sending__Sms__PerSecond", "0"));
        KeepsItsPromise(await SendSmsAsync(house), 50, AheadOfThree);
    }

    static Task<UnderLimit> SendEmailsAsync(SendingHouse house, Func<int, Task>? meanwhile = null) =>
        UnderLimit.SendEmailsAsync(house, LongTests.Asked ? 10_000 : 1_000, 100, meanwhile);

    static Task<UnderLimit> SendSmsAsync(SendingHouse house) => UnderLimit.SendSmsAsync(house, LongTests.Asked ? 5_000 : 500, 50);

    void KeepsItsPromise(UnderLimit seen, int perSecond, int ahead)
    {
        output.WriteLine($"{seen}");
        Assert.InRange(seen.Arrived.MostInAnySecond(), 1, perSecond);
        Assert.True(seen.Arrived.Count >= seen.Count, $"{seen.Arrived.Count} of {seen.Count} arrived");
        Assert.Equal(UnderLimit.Workspaces, seen.Places.Count);
        Assert.InRange(seen.Places.Values.Max(), UnderLimit.Workspaces, UnderLimit.Workspaces + ahead);
    }
}
