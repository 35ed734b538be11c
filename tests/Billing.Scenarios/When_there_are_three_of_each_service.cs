using Billing.Scenarios.House;
using Billing.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Billing.Scenarios;

/// <summary>
/// Three processes of each service, one of which is killed at a time. A month is long enough that there is a backlog for most of it, because the gateway may
/// be asked only so often. The short form, three processes of MonthClose, is among its own tests.
/// </summary>
[Trait("Category", "Long"), TakesLong(300)]
public sealed class When_there_are_three_of_each_service(ITestOutputHelper output)
{
    const int Accounts = 1_500, PerSecond = 40, InFlight = 10;

    /// <summary>Of an even share: what each must have done at least, while there was work for all.</summary>
    const double LeastShare = 0.25;

    [Fact]
    public async Task Should_share_the_month_hold_the_limits_over_all_and_lose_nothing_when_one_of_each_is_killed()
    {
        await using var house = await BillingHouse.OpenAsync(null, 3, ("Limits__gateway", $"{PerSecond}"), ("Limits__gateway-in-flight", $"{InFlight}"),
            ("Closing__ChunkSize", "10"), ("Closing__MaxChunksInFlight", "6"));
        await house.TakeInAsync(Accounts);
        using var ended = new CancellationTokenSource();
        var watching = house.MostPlacesAsync(ended.Token);
        await house.StartRunAsync();

        await house.UntilAsync("a third is charged", run => run.Captures > Accounts / 3);
        Shared("charges", await house.CountedAsync("MonthClose", "billing_gateway_duration_milliseconds_count"));
        Shared("letters", await house.CountedAsync("Notification", "billing_notification_sent_total"));

        foreach (var service in (string[])["MonthClose", "Notification", "SeatRefresh", "Scheduler"])
        {
            var victim = house.Of(service)[0];
            await victim.KillAndStartAsync();
            await victim.BecomesReadyAsync();
        }

        await house.UntilAsync("two thirds are charged", run => run.Captures > Accounts * 2 / 3);
        var second = house.Of("MonthClose")[1];
        await second.KillAndStartAsync();
        await house.EndsWithBooksThatAgreeAsync();
        await ended.CancelAsync();

        var captured = await house.CapturedAtAsync();
        var most = captured.Max(first => captured.Count(at => at >= first && at < first + TimeSpan.FromSeconds(1)));
        output.WriteLine($"{captured.Count} payments in {(captured[^1] - captured[0]).TotalSeconds:0} s, {most} in the fullest second of {PerSecond}");
        Assert.InRange(most, 2, PerSecond);
        var (places, holders) = await watching;
        output.WriteLine($"{places} calls under way at most of {InFlight}, by {holders} processes");
        Assert.InRange(places, 2, InFlight);
        Assert.InRange(holders, 3, 6);      // of those that were killed some were left for as long as a lease
    }

    [Fact]
    public async Task Should_share_the_seats_within_their_capacity_when_one_is_killed_at_a_time()
    {
        const int Subscriptions = 12_000;
        await using var house = await SeatHouse.OpenAsync(3, ("Refreshing__ClaimAtOnce", "10"), ("Refreshing__SlotLease", "00:00:04"),
            ("Refreshing__ClaimTime", "00:00:06"), ("Refreshing__JobTime", "00:00:05"), ("Refreshing__LookEvery", "00:00:01"));
        await house.FillAsync(Subscriptions);
        await house.TickAsync();

        foreach (var victim in house.Processes)
        {
            await house.IsOverAsync("it has counted, and holds a slot", $"""
                exists (select 1 from "SlotLease" where "ReleasedAt" is null and "Counted" > 0 and "Holder" like '% {victim.Id}')
                """, TimeSpan.FromMinutes(5));
            await victim.KillAndStartAsync();
        }

        await house.IsOverAsync("all are counted", """
            not exists (select 1 from "Subscription" where "LastSeatRefreshAt" is null or "NextRefreshAt" < now())
            and not exists (select 1 from "Subscription" where "Claim" is not null)
            """, TimeSpan.FromMinutes(10));
        Assert.Equal(Subscriptions, await house.AskAsync<long>("""select count(*) from "SeatHistory" """));
        Assert.Equal(0, await house.WrongFiguresAsync());
        Assert.InRange(await house.MostRunningAsync(), 2, 6);
        Assert.Equal(0, await house.OverlapsAsync());
        var lives = await house.AskAsync<long>("""select count(distinct "Holder") from "SlotLease" """);
        output.WriteLine($"{Subscriptions} subscriptions, counted in {lives} lives of three processes");
        Assert.InRange(lives, 3, 6);
    }

    [Fact]
    public async Task Should_share_the_mails_under_one_limit_when_one_is_killed_at_a_time()
    {
        const int Mails = 3_000, MailsPerSecond = 100;
        await using var house = await SendingHouse.OpenAsync(3, ("Sending__Email__PerSecond", "0"), ("Sending__Lease", "00:00:30"));
        var seen = await UnderLimit.SendEmailsAsync(house, Mails, MailsPerSecond, async count =>
        {
            for (var at = 0; at < 3; at++)
            {
                var part = count * (at + 1) / 5;
                await Eventually.HoldsAsync(() => Task.FromResult(house.Mail.Taken.Count), taken => taken > part, $"{part} have left", UnderLimit.Limit);
                if (at == 0)
                    Shared("mails", await Task.WhenAll(house.Processes.Select(process => FiguresOf.SumAsync(process, "billing_notification_sent_total"))));
                await house.Processes[at].KillAndStartAsync();
                await house.Processes[at].BecomesReadyAsync();
            }
        });

        output.WriteLine($"{seen}");
        Assert.InRange(seen.Arrived.MostInAnySecond(), 1, MailsPerSecond);
        Assert.True(seen.Arrived.Count >= Mails, $"{seen.Arrived.Count} of {Mails} arrived");
    }

    /// <summary>While there is a backlog none is idle.</summary>
    void Shared(string what, double[] counts)
    {
        output.WriteLine($"{what}: {string.Join(", ", counts)}");
        Assert.Equal(3, counts.Length);
        Assert.All(counts, count => Assert.InRange(count, counts.Sum() / 3 * LeastShare, counts.Sum()));
    }
}
