using Billing.Scenarios.House;
using Billing.Testing;
using Xunit.Abstractions;

namespace Billing.Scenarios;

/// <summary>
/// Many messages over twenty workspaces, one of which owns nine tenths, as the receiving servers see them by their own clocks. Full sizes with
/// <c>BILLING_LONG_TESTS=1</c>.
/// </summary>
[Trait("Category", "Slow")]
public sealed class When_messages_leave_under_a_limit(ITestOutputHelper output)
{
    const int Workspaces = 20;
    static readonly bool IsLong = Environment.GetEnvironmentVariable("BILLING_LONG_TESTS") == "1";
    static readonly (string, string) Paused = ("Sending__Email__PerSecond", "0");

    [Fact]
    public async Task Should_send_emails_by_turns_and_never_more_than_a_hundred_in_any_second()
    {
        await using var house = await SendingHouse.OpenAsync(1, Paused);
        var count = IsLong ? 10_000 : 1_500;
        await house.StoreEmailsAsync(Owned(count));
        await using var lateness = new Lateness();
        await house.LetGoAsync("Email", 100);
        await SentAsync(house, "Email", count);
        Judge("1 process", Mails(house), count, 100, lateness, average: 95, ahead: 5);
    }

    [Fact]
    public async Task Should_do_so_with_three_processes()
    {
        await using var house = await SendingHouse.OpenAsync(3, Paused);
        var count = IsLong ? 10_000 : 1_500;
        await house.StoreEmailsAsync(Owned(count));
        await using var lateness = new Lateness();
        await house.LetGoAsync("Email", 100);
        await SentAsync(house, "Email", count);
        Judge("3 processes", Mails(house), count, 100, lateness, average: IsLong ? 95 : 90, ahead: 60);
    }

    [Fact]
    public async Task Should_do_so_with_three_processes_of_which_one_is_killed()
    {
        await using var house = await SendingHouse.OpenAsync(3, Paused, ("Sending__Lease", "00:00:30"));
        var count = IsLong ? 10_000 : 1_500;
        await house.StoreEmailsAsync(Owned(count));
        await using var lateness = new Lateness();
        await house.LetGoAsync("Email", 100);
        await Eventually.HoldsAsync(() => Task.FromResult(house.Mail.Taken.Count), taken => taken > count / 2, "half has left", TimeSpan.FromMinutes(4));
        await house.Processes[1].KillAsync();
        await SentAsync(house, "Email", count);
        // The dead one's messages come back when its lease is over: they are not part of the average.
        var mails = Mails(house);
        Judge("3 processes, 1 killed", mails, count, 100, lateness, average: IsLong ? 95 : 60, ahead: 60, late: 60);
    }

    [Fact]
    public async Task Should_send_SMS_likewise_at_fifty()
    {
        await using var house = await SendingHouse.OpenAsync(1, ("Sending__Sms__PerSecond", "0"));
        var count = IsLong ? 5_000 : 750;
        await house.StoreSmsAsync(Owned(count));
        await using var lateness = new Lateness();
        await house.LetGoAsync("Sms", 50);
        await SentAsync(house, "Sms", count);
        Judge("SMS", house.Sms.Taken, count, 50, lateness, average: 47.5, ahead: 5);
    }

    static List<Arrived> Mails(SendingHouse house) =>
        [.. house.Mail.Taken.Select(mail => new Arrived(mail.To[..mail.To.IndexOf('.', StringComparison.Ordinal)], mail.At)).OrderBy(x => x.At)];

    /// <summary>Nine of ten are of one workspace; the other nineteen have as many each.</summary>
    static IEnumerable<string> Owned(int count) =>
        Enumerable.Range(0, count).Select(at => at % 10 == 0 ? $"w{1 + (at / 10 % (Workspaces - 1)):00}" : "w00");

    static Task<Counts> SentAsync(SendingHouse house, string channel, int count) =>
        house.CountsBecomeAsync(channel, counts => counts.Sent == count, $"{count} are sent", TimeSpan.FromMinutes(IsLong ? 5 : 1.5));

    /// <param name="what">For the output.</param>
    /// <param name="arrived">In the order of their times.</param>
    /// <param name="count">Sent.</param>
    /// <param name="limit">A second.</param>
    /// <param name="lateness">Of this machine meanwhile.</param>
    /// <param name="average">A second at least, when the machine had time.</param>
    /// <param name="ahead">How many may overtake in a round: those in flight, and what other processes have in hand.</param>
    /// <param name="late">The last so many may have come when a dead process's lease was over.</param>
    void Judge(string what, IReadOnlyList<Arrived> arrived, int count, int limit, Lateness lateness, double average, int ahead, int late = 0)
    {
        var steady = late == 0 ? arrived : arrived.Take(arrived.Count - late).ToList();
        var (most, rate) = (arrived.MostInAnySecond(), steady.AveragePerSecond());
        var places = arrived.FirstPlaces();
        // while all have something to send: two thirds of what the small ones have
        var round = arrived.Take(Workspaces * (count / 10 / (Workspaces - 1)) * 2 / 3).ToList();
        var fair = round.JainsIndex(places.Keys);
        output.WriteLine($"{what}: {arrived.Count} arrived; at most {most} in any second, {rate:0.0} on average; last first message in place {places.Values.Max()}; Jain's index {fair:0.000}; machine {lateness.Mean:0.0} ms late on average");

        Assert.InRange(most, 1, limit);
        Assert.True(arrived.Count >= count, $"{arrived.Count} arrived");
        Assert.Equal(Workspaces, places.Count);
        Assert.InRange(places.Values.Max(), Workspaces, Workspaces + ahead);
        Assert.InRange(fair, 0.95, 1.0001);
        Assert.True(rate >= (lateness.IsStarved ? limit * 0.5 : average), $"{rate:0.0} a second");
    }
}
