using System.Diagnostics;
using Billing.Contracts.Seats.V1;
using Billing.Scenarios.House;
using Billing.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Billing.Scenarios;

[TakesLong(80)]
[Trait("Category", "Slow")]
public sealed class When_many_seats_are_due(ITestOutputHelper output)
{
    /// <summary>5,000, of the long tests 20,000, or as many as <c>BILLING_SEATS</c> says.</summary>
    static readonly int Due = int.Parse(
        Environment.GetEnvironmentVariable("BILLING_SEATS") ?? (LongTests.Asked ? "20000" : "5000"), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Enough for some kills before the last is counted.</summary>
    static readonly int Subscriptions = LongTests.Asked ? 20_000 : 8_000;

    static readonly int MostKills = LongTests.Asked ? 15 : 5;

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(15) * Math.Max(1, Due / 20_000.0);

    const string AllAreCounted =
        """not exists (select 1 from "Subscription" where "LastSeatRefreshAt" is null or "NextRefreshAt" < now()) and not exists (select 1 from "RefreshSlot" where "LeaseId" is not null)""";
    const string TheWalkIsDone = """exists (select 1 from "SeatWalk") and not exists (select 1 from "SeatWalk" where "DoneAt" is null)""";

    [Fact]
    public async Task Should_drain_from_one_tick_with_two_processes_and_six_slots()
    {
        await using var house = await SeatHouse.OpenAsync();
        await house.FillAsync(Due);

        var fresh = await house.ClaimPlanAsync();
        await house.TickAsync();
        await house.IsOverAsync("half are counted", $"""(select coalesce(sum("Counted"), 0) >= {Due / 2} from "SlotLease")""", Limit);
        var midway = await house.ClaimPlanAsync();
        Assert.All((string[])[fresh, midway], plan => Assert.Contains("IX_Subscription_NextRefreshAt", plan, StringComparison.Ordinal));
        Assert.All((string[])[fresh, midway], plan => Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal));
        await house.IsOverAsync("all are counted", AllAreCounted, Limit);
        var jobs = await JobsRateAsync(house, Due);
        await EachWasCountedOnceAsync(house, Due);
        Assert.Equal(Due, await house.AskAsync<long>("""select sum("Counted") from "SlotLease" """));
        // of few, one process may have counted all before the other found a free slot
        Assert.InRange(await house.AskAsync<long>("""select count(distinct "Holder") from "SlotLease" """), LongTests.Asked ? 2 : 1, 2);

        await house.MakeAllDueAsync();
        await house.TickAsync();
        await house.IsOverAsync("all are counted again", AllAreCounted, Limit);
        var jobsAgain = await JobsRateAsync(house, Due);
        Assert.Equal(0, await house.WrongFiguresAsync());
        Assert.InRange(await house.MostRunningAsync(), 2, 6);

        output.WriteLine($"{Due} subscriptions of 20 members and more, two processes, six slots");
        output.WriteLine($"taking the next hundred, half way:\n{midway}");
        output.WriteLine($"every figure new: {jobs:0}/s; nothing has changed: {jobsAgain:0}/s");
        if (LongTests.Asked)
            await CompareWithTheBatchAsync(house, jobs, jobsAgain);
    }

    /// <summary>The way of old, on the same data, in the same run.</summary>
    async Task CompareWithTheBatchAsync(SeatHouse house, double jobs, double jobsAgain)
    {
        await house.SetAsync(new SetSeatRefresh { Jobs = "off", Batch = "on" }, """ "Jobs" = 'Off' and "Batch" = 'On' """);
        await house.ForgetAllCountsAsync();
        await house.TickAsync();
        await house.IsOverAsync("the walk is done", TheWalkIsDone, Limit);
        var batch = await BatchRateAsync(house, Due);
        Assert.Equal(0, await house.WrongFiguresAsync());
        await house.MakeAllDueAsync();
        await house.ExecuteAsync("""truncate "SeatWalk" """);
        await house.TickAsync();
        await house.IsOverAsync("the walk is done again", TheWalkIsDone, Limit);
        var batchAgain = await BatchRateAsync(house, Due);

        await house.ForgetAllCountsAsync();
        var bare = await house.BareBatchAsync(Due);
        output.WriteLine($"every figure new:     batch of old {batch:0}/s, ratio {jobs / batch:0.00}");
        output.WriteLine($"nothing has changed:  batch of old {batchAgain:0}/s, ratio {jobsAgain / batchAgain:0.00}");
        output.WriteLine(
            $"the bare statements of the old job, without snapshot, history or event: {bare:0}/s; jobs {jobs / bare:0.00} and {jobsAgain / bare:0.00} of it");
    }

    static async Task EachWasCountedOnceAsync(SeatHouse house, int due)
    {
        Assert.Equal(due, await house.AskAsync<long>("""select count(*) from "SeatHistory" """));
        Assert.Equal(
            due, await house.AskAsync<long>(
            """select count(*) from "Subscription" where "Version" = 1 and "Claim" is null and "RetryAt" is null and "Failures" = 0"""));
        Assert.Equal(0, await house.WrongFiguresAsync());
        Assert.InRange(await house.MostRunningAsync(), 2, 6);
        Assert.Equal(0, await house.OverlapsAsync());
    }

    static async Task<double> JobsRateAsync(SeatHouse house, int due) => due / await house.AskAsync<double>(
        """select extract(epoch from (select max("ReleasedAt") from "SlotLease") - (select max("StartedAt") from "RefreshTick"))::float8""");

    static async Task<double> BatchRateAsync(SeatHouse house, int due) =>
        due / await house.AskAsync<double>("""select extract(epoch from max("DoneAt") - max("StartedAt"))::float8 from "SeatWalk" """);

    [Fact]
    public async Task Should_count_each_once_when_a_process_is_killed_every_few_seconds()
    {
        var lease = TimeSpan.FromSeconds(4);
        await using var house = await SeatHouse.OpenAsync(
            ("Refreshing__ClaimAtOnce", "10"), ("Refreshing__SlotLease", "00:00:04"), ("Refreshing__ClaimTime", "00:00:06"),
                ("Refreshing__JobTime", "00:00:05"), ("Refreshing__LookEvery", "00:00:01"));
        await house.FillAsync(Subscriptions);
        await house.TickAsync();

        var kills = 0;
        var watch = Stopwatch.StartNew();
        while (await house.AskAsync<bool>("""select exists (select 1 from "Subscription" where "NextRefreshAt" < now())""") && kills < MostKills)
        {
            var victim = house.Processes[kills++ % 2];
            await house.IsOverAsync("it holds a slot and has counted",
                $"""exists (select 1 from "SlotLease" where "ReleasedAt" is null and "Counted" > 0 and "Holder" like '% {victim.Id}') or not exists (select 1 from "Subscription" where "NextRefreshAt" < now())""", Limit);
            await victim.KillAndStartAsync();
        }

        await house.IsOverAsync("all are counted", AllAreCounted, Limit);
        await house.IsOverAsync("no claim is left", """not exists (select 1 from "Subscription" where "Claim" is not null)""", Limit);
        await EachWasCountedOnceAsync(house, Subscriptions);
        var left = await house.AskAsync<long>("""select count(*) from "SlotLease" where "ReleasedAt" is null""");
        output.WriteLine($"{kills} kills in {watch.Elapsed.TotalSeconds:0} s; {left} leases ended by themselves");
        Assert.InRange(kills, 3, int.MaxValue);
        Assert.InRange(left, 1, long.MaxValue);
        // a slot that a dead process left was free when its lease ended, and no sooner: nobody's lease is longer than it was extended to be
        Assert.Equal(
            0, await house.AskAsync<long>(
            $"""select count(*) from "SlotLease" where "ReleasedAt" is null and "LeasedUntil" > now() + interval '{lease.TotalSeconds} seconds'"""));
    }
}
