using System.Collections.Concurrent;
using System.Diagnostics;
using Billing.Benchmarks.Floors;
using Billing.Benchmarks.Pipeline;
using Billing.Contracts.Seats.V1;
using Billing.Testing;
using MassTransit;
using Npgsql;

namespace Billing.Benchmarks.Seats;

/// <summary>
/// Subscriptions with 20 members each, all of them due: from the tick to the last event that tells a count. Once when they are counted for the first time,
/// so that each member that takes a seat is written down as well, and once a day later, when one has left each of them. Beside both, plain SQL that claims,
/// counts and writes one after the other.
/// </summary>
static class SeatsBenchmark
{
    const int Members = 20;
    const int InAMessage = 500;
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    // of twenty members these take no seat: two that wait for approval, two that are blocked
    const int Seats = Members - 4;

    public static async Task<int> RunAsync(int subscriptions, int runs, bool profile)
    {
        var (taken, counted) = (0, new ConcurrentDictionary<string, int>());
        await using var publisher = await Publisher.StartAsync(endpoint =>
        {
            endpoint.Handler<SeatRecordsTaken>(answer =>
            {
                if (answer.Message.Rejected is [var rejected, ..])
                    throw new InvalidOperationException($"A record was rejected: {rejected.Key}: {string.Join(' ', rejected.Reasons)}");
                Interlocked.Add(ref taken, answer.Message.Taken);
                return Task.CompletedTask;
            });
            endpoint.Handler<SeatUsageChanged>(changed =>
            {
                counted[changed.Message.SubscriptionId] = changed.Message.SeatsInUse;
                return Task.CompletedTask;
            });
        });

        var (first, later) = (new List<(double Rate, double Floor)>(), new List<(double Rate, double Floor)>());
        for (var run = 0; run < runs; run++)
        {
            var ids = Enumerable.Range(0, subscriptions).Select(number => Figures.Text($"counted-{run}-{number}")).ToList();
            await publisher.PublishAsync(new SetSeatRefresh { MaxRunning = 0, RequestedBy = "benchmark" });
            await TakeInAsync(ids.Select(Subscription).Chunk(InAMessage).Select(some => new RegisterSubscriptions { Subscriptions = some }), subscriptions);
            await TakeInAsync(ids.SelectMany(MembersOf).Chunk(InAMessage).Select(some => new RecordMemberships { Memberships = some }), subscriptions * Members);
            var floor = await Floor.RunAsync("seats", subscriptions);
            first.Add((await CountAsync("counted first", ids, Seats), floor));

            await publisher.PublishAsync(new SetSeatRefresh { MaxRunning = 0, RequestedBy = "benchmark" });
            await TakeInAsync(ids.Select(Leaver).Chunk(InAMessage).Select(some => new RecordMemberships { Memberships = some }), subscriptions);
            await PassADayAsync(run);
            later.Add((await CountAsync("a day later", ids, Seats - 1), floor));
            Console.WriteLine(Figures.Text($"plain SQL {floor:0}/s"));
        }

        Figures.PrintBesideFloor("seats, counted first", " subscriptions/s", first);
        Figures.PrintBesideFloor("seats, a day later", " subscriptions/s", later);
        return 0;

        async Task<double> CountAsync(string which, List<string> ids, int expected)
        {
            if (profile)
                await Statements.ForgetAsync();
            var before = Costs.ProcessorTime();
            var began = Stopwatch.GetTimestamp();
            await publisher.PublishAsync(new SetSeatRefresh { MaxRunning = 8, RequestedBy = "benchmark" });
            await publisher.PublishAsync(new StartSeatRefresh { DueAt = TimeProvider.System.GetUtcNow() });
            await Eventually.HoldsAsync(() => Task.FromResult(ids.Count(id => counted.GetValueOrDefault(id) == expected)), count => count == ids.Count,
                "every subscription is counted", Limit);
            var rate = ids.Count / Stopwatch.GetElapsedTime(began).TotalSeconds;
            var after = Costs.ProcessorTime();
            Console.WriteLine(Figures.Text($"{ids.Count} subscriptions {which}: {rate:0}/s, CPU of each: ") + string.Join(", ", after
                .Select(program => (program.Key, Each: (program.Value - before.GetValueOrDefault(program.Key)) / ids.Count))
                .Where(program => program.Each >= 0.005).OrderByDescending(program => program.Each)
                .Select(program => Figures.Text($"{program.Key} {program.Each:0.00} ms"))));
            if (profile)
                await Statements.PrintAsync();
            return rate;
        }

        async Task TakeInAsync(IEnumerable<object> lists, int records)
        {
            var expected = Volatile.Read(ref taken) + records;
            await publisher.PublishAllAsync(lists);
            await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref taken)), count => count >= expected, $"{records} records are taken in", Limit);
        }
    }

    /// <summary>What was counted in this run is due again.</summary>
    static async Task PassADayAsync(int run)
    {
        await using var connection = new NpgsqlConnection($"{TestServers.Postgres};Database=billing_seatrefresh");
        await connection.OpenAsync();
        await using var pass = new NpgsqlCommand(
            """
            update "Subscription" set "NextRefreshAt" = "NextRefreshAt" - interval '1 day', "LastSeatRefreshAt" = "LastSeatRefreshAt" - interval '1 day'
            where "NextRefreshAt" is not null and "SubscriptionId" like 'counted-' || $1 || '-%'
            """, connection);
        pass.Parameters.Add(new NpgsqlParameter { Value = Figures.Text($"{run}") });
        await pass.ExecuteNonQueryAsync();
    }

    static RegisterSubscription Subscription(string id) => new()
    {
        SubscriptionId = id,
        AccountId = id,
        NamespaceId = id,
        Seats = Seats + 10,
        Plan = "premium",
        TermStart = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddMonths(-6),
        TermEnd = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddMonths(6)
    };

    static RecordMembership Leaver(string subscription) => MembersOf(subscription).Last() with { State = "removed" };

    static IEnumerable<RecordMembership> MembersOf(string subscription) => Enumerable.Range(0, Members).Select(number => new RecordMembership
    {
        NamespaceId = subscription,
        UserId = Figures.Text($"{subscription}-{number}"),
        Role = number % 2 == 0 ? "developer" : "reporter",
        State = (number % 10) switch { 0 => "awaiting", 1 => "blocked", _ => "active" }
    });
}
