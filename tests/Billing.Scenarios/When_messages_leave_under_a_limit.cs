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
    public Task Should_send_emails_by_turns_and_never_more_than_a_hundred_in_any_second() => IsSeenAsync("1 process", async () =>
    {
        await using var house = await SendingHouse.OpenAsync(1, Paused);
        return await SendEmailsAsync(house, new Promise { PerSecond = 100, Average = 95, Ahead = 5 });
    });

    [Fact]
    public Task Should_do_so_with_three_processes() => IsSeenAsync("3 processes", async () =>
    {
        await using var house = await SendingHouse.OpenAsync(3, Paused);
        return await SendEmailsAsync(house, ThreeProcesses);
    });

    [Fact]
    public Task Should_do_so_with_three_processes_of_which_one_is_killed() => IsSeenAsync("3 processes, 1 killed", async () =>
    {
        await using var house = await SendingHouse.OpenAsync(3, Paused, ("Sending__Lease", "00:00:30"));
        // until its leases are over, a second and a half of what all send is not to be had, and what it had collected comes last of all in so short a run
        return await SendEmailsAsync(house, ThreeProcesses with { Average = IsLong ? 95 : 60, Late = 60 }, async count =>
        {
            await Eventually.HoldsAsync(() => Task.FromResult(house.Mail.Taken.Count), taken => taken > count / 2, "half has left", TimeSpan.FromMinutes(4));
            await house.Processes[1].KillAsync();
        });
    });

    [Fact]
    public Task Should_send_SMS_likewise_at_fifty() => IsSeenAsync("SMS", async () =>
    {
        await using var house = await SendingHouse.OpenAsync(1, ("Sending__Sms__PerSecond", "0"));
        return await SendSmsAsync(house, new Promise { PerSecond = 50, Average = 47.5, Ahead = 5 });
    });

    [Fact]
    public Task Should_send_SMS_likewise_with_three_processes() => IsSeenAsync("SMS, 3 processes", async () =>
    {
        await using var house = await SendingHouse.OpenAsync(3, ("Sending__Sms__PerSecond", "0"));
        return await SendSmsAsync(house, ThreeProcesses with { PerSecond = 50, Average = 47.5 });
    });

    // the first seconds, in which they agree on who has how much, are not counted
    static Promise ThreeProcesses => new() { PerSecond = 100, Average = IsLong ? 95 : 90, Ahead = 60, Sharing = TimeSpan.FromSeconds(3) };

    static async Task<Seen> SendEmailsAsync(SendingHouse house, Promise promise, Func<int, Task>? meanwhile = null)
    {
        var count = IsLong ? 10_000 : 1_500;
        await house.StoreEmailsAsync(Owned(count));
        await using var strain = new Strain(house.Database);
        await house.LetGoAsync("Email", promise.PerSecond);
        if (meanwhile is not null)
            await meanwhile(count);
        await SentAsync(house, "Email", count);
        return new Seen(promise, count, Mails(house), strain);
    }

    static async Task<Seen> SendSmsAsync(SendingHouse house, Promise promise)
    {
        var count = IsLong ? 5_000 : 750;
        await house.StoreSmsAsync(Owned(count));
        await using var strain = new Strain(house.Database);
        await house.LetGoAsync("Sms", promise.PerSecond);
        await SentAsync(house, "Sms", count);
        return new Seen(promise, count, house.Sms.Taken, strain);
    }

    static List<Arrived> Mails(SendingHouse house) =>
        [.. house.Mail.Taken.Select(mail => new Arrived(mail.To[..mail.To.IndexOf('.', StringComparison.Ordinal)], mail.At)).OrderBy(x => x.At)];

    /// <summary>Nine of ten are of one workspace; the other nineteen have as many each.</summary>
    static IEnumerable<string> Owned(int count) =>
        Enumerable.Range(0, count).Select(at => at % 10 == 0 ? $"w{1 + (at / 10 % (Workspaces - 1)):00}" : "w00");

    static Task<Counts> SentAsync(SendingHouse house, string channel, int count) =>
        house.CountsBecomeAsync(channel, counts => counts.Sent == count, $"{count} are sent", TimeSpan.FromMinutes(IsLong ? 5 : 1.5));

    /// <summary>
    /// What must never happen is looked for in each try. The average says how fast it can be, and the index how evenly: a machine that lets one of the processes wait
    /// makes both worse, and none better, so the best of three tries is what counts.
    /// </summary>
    async Task IsSeenAsync(string what, Func<Task<Seen>> send)
    {
        for (var attempt = 1; ; attempt++)
        {
            var seen = await send();
            output.WriteLine($"{what}: {seen}");
            seen.KeepsItsPromise();
            if (seen.IsGoodEnough)
                return;
            Assert.True(attempt < 3, $"{what}: {seen}");
        }
    }

    /// <summary>What is promised of one channel.</summary>
    sealed record Promise
    {
        /// <summary>Messages in any second at most.</summary>
        public required int PerSecond { get; init; }

        /// <summary>Messages a second at least, on a machine that has time for it.</summary>
        public required double Average { get; init; }

        /// <summary>How many may overtake in a round: those in flight, and what other processes have in hand.</summary>
        public required int Ahead { get; init; }

        /// <summary>How long processes take to share a limit out.</summary>
        public TimeSpan Sharing { get; init; } = TimeSpan.FromSeconds(1);

        /// <summary>The last so many may have come when a dead process's lease was over.</summary>
        public int Late { get; init; }
    }

    /// <param name="Promise">Of the channel.</param>
    /// <param name="Count">Sent.</param>
    /// <param name="Arrived">In the order of their times.</param>
    /// <param name="Strain">Of this machine meanwhile.</param>
    sealed record Seen(Promise Promise, int Count, IReadOnlyList<Arrived> Arrived, Strain Strain)
    {
        int Most { get; } = Arrived.MostInAnySecond();
        double Average { get; } = Arrived.Take(Arrived.Count - Promise.Late).ToList().AveragePerSecond(Promise.Sharing);
        Dictionary<string, int> Places { get; } = Arrived.FirstPlaces();

        /// <summary>While all have something to send: two thirds of what the small ones have.</summary>
        double Fairness => Arrived.Take(Workspaces * (Count / 10 / (Workspaces - 1)) * 2 / 3).JainsIndex(Places.Keys);

        public bool IsGoodEnough => Average >= (Strain.IsTooHigh ? Promise.PerSecond * 0.5 : Promise.Average) && Fairness >= (Strain.IsTooHigh ? 0.75 : 0.95);

        public void KeepsItsPromise()
        {
            Assert.InRange(Most, 1, Promise.PerSecond);
            Assert.True(Arrived.Count >= Count, $"{Arrived.Count} arrived");
            Assert.Equal(Workspaces, Places.Count);
            Assert.InRange(Places.Values.Max(), Workspaces, Workspaces + Promise.Ahead);
        }

        public override string ToString() =>
            $"{Arrived.Count} arrived; at most {Most} in any second, {Average:0.0} on average; last first message in place {Places.Values.Max()}; Jain's index {Fairness:0.000}; {Strain}";
    }
}
