using System.Collections.Concurrent;
using System.Diagnostics;
using Billing.Benchmarks.Floors;
using Billing.Benchmarks.Pipeline;
using Billing.Contracts.Seats.V1;
using Billing.Testing;
using MassTransit;

namespace Billing.Benchmarks.Seats;

/// <summary>
/// Subscriptions with 20 members each, all of them due: from the tick to the last event that tells a count. Beside it, plain SQL that claims, counts and
/// writes one after the other.
/// </summary>
static class SeatsBenchmark
{
    const int Members = 20;
    const int InAMessage = 500;
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    // of twenty members these take no seat: two that wait for approval, two that are blocked
    const int Seats = Members - 4;

    public static async Task<int> RunAsync(int subscriptions, int runs)
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
                if (changed.Message.SeatsInUse > 0)
                    counted.TryAdd(changed.Message.SubscriptionId, changed.Message.SeatsInUse);
                return Task.CompletedTask;
            });
        });

        var measured = new List<(double Rate, double Floor)>();
        for (var run = 0; run < runs; run++)
        {
            var ids = Enumerable.Range(run * subscriptions, subscriptions).Select(number => Figures.Text($"counted-{number}")).ToList();
            await publisher.PublishAsync(new SetSeatRefresh { MaxRunning = 0, RequestedBy = "benchmark" });
            await TakeInAsync(ids.Select(Subscription).Chunk(InAMessage).Select(some => new RegisterSubscriptions { Subscriptions = some }), subscriptions);
            await TakeInAsync(ids.SelectMany(MembersOf).Chunk(InAMessage).Select(some => new RecordMemberships { Memberships = some }), subscriptions * Members);

            var before = Costs.ProcessorTime();
            var began = Stopwatch.GetTimestamp();
            await publisher.PublishAsync(new SetSeatRefresh { MaxRunning = 8, RequestedBy = "benchmark" });
            await publisher.PublishAsync(new StartSeatRefresh { DueAt = TimeProvider.System.GetUtcNow() });
            await Eventually.HoldsAsync(() => Task.FromResult(counted.Count), count => count >= (run + 1) * subscriptions, "every subscription is counted", Limit);
            var rate = subscriptions / Stopwatch.GetElapsedTime(began).TotalSeconds;
            var cost = Costs.ProcessorTime().Sum(program => program.Value - before.GetValueOrDefault(program.Key)) / subscriptions;
            if (counted.FirstOrDefault(one => one.Value != Seats) is { Key: { } wrong })
                throw new InvalidOperationException($"{wrong} has {counted[wrong]} seats in use; expected {Seats}.");
            measured.Add((rate, await Floor.RunAsync("seats", subscriptions)));
            Console.WriteLine(Figures.Text($"{subscriptions} subscriptions, {rate:0}/s, plain SQL {measured[^1].Floor:0}/s, {rate / measured[^1].Floor:0.00} of it, CPU {cost:0.00} ms each"));
        }

        Figures.PrintBesideFloor("seats", " subscriptions/s", measured);
        return 0;

        async Task TakeInAsync(IEnumerable<object> lists, int records)
        {
            var expected = Volatile.Read(ref taken) + records;
            await publisher.PublishAllAsync(lists);
            await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref taken)), count => count >= expected, $"{records} records are taken in", Limit);
        }
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

    static IEnumerable<RecordMembership> MembersOf(string subscription) => Enumerable.Range(0, Members).Select(number => new RecordMembership
    {
        NamespaceId = subscription,
        UserId = Figures.Text($"{subscription}-{number}"),
        Role = number % 2 == 0 ? "developer" : "reporter",
        State = (number % 10) switch { 0 => "awaiting", 1 => "blocked", _ => "active" }
    });
}
