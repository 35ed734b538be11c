using Billing.Scenarios.House;
using Billing.Testing;

namespace Billing.Benchmarks;

/// <summary>
/// How fast and how evenly messages leave: under a limit, by one process and by three, beside that limit; without one, beside what the same mail server takes
/// when it is fed by as many connections with nothing behind them. The strain of the machine is shown with each figure.
/// </summary>
static class SendingBenchmark
{
    const int InFlight = 5;

    public static async Task<int> RunAsync(int messages)
    {
        await UnderLimitAsync("e-mails, 1 process", 1, 100, house => UnderLimit.SendEmailsAsync(house, messages, 100));
        await UnderLimitAsync("e-mails, 3 processes", 3, 100, house => UnderLimit.SendEmailsAsync(house, messages, 100));
        await UnderLimitAsync("SMS, 1 process", 1, 50, house => UnderLimit.SendSmsAsync(house, messages / 2, 50));
        await UnderLimitAsync("SMS, 3 processes", 3, 50, house => UnderLimit.SendSmsAsync(house, messages / 2, 50));
        await OneByOneAsync(200);
        await WithoutLimitAsync(messages);
        return 0;
    }

    static async Task UnderLimitAsync(string what, int processes, int perSecond, Func<SendingHouse, Task<UnderLimit>> send)
    {
        await using var house = await SendingHouse.OpenAsync(processes, ("Sending__Email__PerSecond", "0"), ("Sending__Sms__PerSecond", "0"));
        await using var strain = new Strain(house.Database);
        var seen = await send(house);
        // the first seconds, in which processes agree on who has how much, are not counted
        var average = seen.Arrived.AveragePerSecond(TimeSpan.FromSeconds(processes == 1 ? 1 : 3));
        Console.WriteLine($"{what,-24}{average,8:0.0}/s of {perSecond} ({average / perSecond:P0}); {seen}; {strain}");
    }

    static async Task OneByOneAsync(int count)
    {
        await using var house = await SendingHouse.OpenAsync(1);
        const int First = 10;       // compiled, and connected, on the way
        var times = new List<double>();
        for (var i = 0; i < First + count; i++)
        {
            var asked = TimeProvider.System.GetUtcNow();
            await house.TellAsync(house.NewEmail($"w{i % 20:00}", i));
            var mail = await Eventually.HoldsAsync(() => Task.FromResult(house.Mail.Taken), taken => taken.Count == i + 1, "it has arrived");
            if (i >= First)
                times.Add(mail[^1].At - asked.ToUnixTimeMilliseconds());
        }

        times.Sort();
        Console.WriteLine($"one by one, bus to receipt: p50 {times[count / 2]:0} ms, p99 {times[count * 99 / 100]:0} ms, longest {times[^1]:0} ms");
    }

    static async Task WithoutLimitAsync(int count)
    {
        await using var house = await SendingHouse.OpenAsync(1, ("Sending__Email__PerSecond", "0"));
        var emails = await house.StoreEmailsAsync(Enumerable.Range(0, count).Select(at => $"w{at % 20:00}"));
        var recipients = emails.ConvertAll(email => $"floor-{email.To}");
        var before = await PerSecondAsync(house, count, () => MailFeeder.FeedAsync(house.Mail.Port, InFlight, recipients));
        var ours = await PerSecondAsync(house, count, () => house.LetGoAsync("Email", null));
        var after = await PerSecondAsync(house, count, () => MailFeeder.FeedAsync(house.Mail.Port, InFlight, recipients));
        Console.WriteLine(
            $"no limit                {ours,8:0}/s; the bare server {before:0}/s before, {after:0}/s after; ratio {ours / Math.Max(before, after):0.00}");
    }

    /// <summary>Between the first and the last that arrive, by the server's clock.</summary>
    static async Task<double> PerSecondAsync(SendingHouse house, int count, Func<Task> send)
    {
        var before = house.Mail.Taken.Count;
        await send();
        var taken = await Eventually.HoldsAsync(() => Task.FromResult(house.Mail.Taken), taken => taken.Count >= before + count, $"{count} have arrived",
            UnderLimit.Limit);
        return (count - 1) * 1000.0 / (taken[^1].At - taken[before].At);
    }
}
