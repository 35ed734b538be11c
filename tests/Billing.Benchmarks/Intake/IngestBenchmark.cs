using System.Collections.Concurrent;
using System.Diagnostics;
using Billing.Benchmarks.Floors;
using Billing.Benchmarks.Pipeline;
using Billing.Contracts.MonthClose.V1;
using Billing.SampleData;
using Billing.Testing;
using MassTransit;

namespace Billing.Benchmarks.Intake;

/// <summary>Usage records, five hundred in a message, from the first that is published to the last that is in the books and answered; beside one COPY.</summary>
static class IngestBenchmark
{
    const int Accounts = 1000;
    const int InAMessage = 500;
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    public static async Task<int> RunAsync(int records, int runs)
    {
        var (taken, rejected, registered) = (0, new ConcurrentQueue<RejectedUsage>(), 0);
        await using var publisher = await Publisher.StartAsync(endpoint =>
        {
            endpoint.Handler<AccountsRegistered>(answer =>
            {
                Interlocked.Add(ref registered, answer.Message.Registered + answer.Message.Unchanged);
                return Task.CompletedTask;
            });
            endpoint.Handler<UsageRecorded>(answer =>
            {
                Interlocked.Add(ref taken, answer.Message.Recorded);
                foreach (var one in answer.Message.Rejected)
                    rejected.Enqueue(one);
                return Task.CompletedTask;
            });
        });
        await publisher.PublishAllAsync(SamplePrices.All);
        await publisher.PublishAllAsync(Enumerable.Range(0, Accounts).Select(Account).Chunk(500).Select(some => new RegisterAccounts { Accounts = some }));
        await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref registered)), count => count >= Accounts, "the accounts are registered", Limit);

        var measured = new List<(double Rate, double Floor)>();
        for (var run = 0; run < runs; run++)
        {
            var lists = Enumerable.Range(run * records, records).Select(Record).Chunk(InAMessage).Select(some => new RecordUsage { Records = some }).ToList();
            var expected = Volatile.Read(ref taken) + records;
            var before = Costs.ProcessorTime();
            var began = Stopwatch.GetTimestamp();
            await publisher.PublishAllAsync(lists);
            await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref taken)), count => count >= expected || !rejected.IsEmpty, "the records are taken", Limit);
            var rate = records / Stopwatch.GetElapsedTime(began).TotalSeconds;
            if (rejected.TryPeek(out var refused))
                throw new InvalidOperationException($"A record was rejected: {refused}");
            var cost = Costs.ProcessorTime().Sum(program => program.Value - before.GetValueOrDefault(program.Key)) / records;
            measured.Add((rate, await CopyFloor.RunAsync(records, Accounts)));
            Console.WriteLine(Figures.Text($"{records} records, {rate:0}/s, COPY {measured[^1].Floor:0}/s, {rate / measured[^1].Floor:0.00} of it, CPU {cost * 1000:0} us a record"));
        }

        Figures.PrintBesideFloor("ingest", " records/s", measured);
        return 0;
    }

    static RegisterAccount Account(int number) => new()
    {
        AccountId = IdOf(number),
        Name = "An account that uses much",
        Currency = "USD",
        TimeZone = "UTC",
        Email = Figures.Text($"{IdOf(number)}@example.com"),
        ManualPayment = true,
        AnchorDay = 1
    };

    static UsageRecord Record(int number) => new()
    {
        UsageId = Figures.Text($"record-{number}"),
        AccountId = IdOf(number % Accounts),
        PriceCode = SamplePrices.Requests,
        Quantity = number % 1000,
        StartedAt = TimeProvider.System.GetUtcNow().AddHours(-1)
    };

    static string IdOf(int number) => Figures.Text($"metered-{number:0000}");
}
