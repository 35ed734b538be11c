using System.Diagnostics;
using Billing.Benchmarks.Floors;
using Billing.Benchmarks.Pipeline;
using Billing.Contracts.MonthClose.V1;
using Billing.Testing;
using MassTransit;

namespace Billing.Benchmarks.Intake;

/// <summary>
/// Commands that change nothing, each answered: an account is registered as it is already. What is measured is the road: publish, consume, inbox row, outbox
/// row, commit, answer. Beside it, as many messages of the same size through a queue with nothing behind it.
/// </summary>
static class CommandsBenchmark
{
    const int Accounts = 1000;
    const int BytesOfACommand = 1000;
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static async Task<int> RunAsync(int commands, int runs)
    {
        var answered = 0;
        await using var publisher = await Publisher.StartAsync(endpoint => endpoint.Handler<AccountsRegistered>(_ =>
        {
            Interlocked.Increment(ref answered);
            return Task.CompletedTask;
        }));
        await RegisterAsync(Accounts);      // new ones; from here on nothing changes

        var measured = new List<(double Rate, double Floor)>();
        for (var run = 0; run < runs; run++)
        {
            var before = Costs.ProcessorTime();
            var began = Stopwatch.GetTimestamp();
            await RegisterAsync(commands);
            var rate = commands / Stopwatch.GetElapsedTime(began).TotalSeconds;
            var cost = Costs.ProcessorTime().Sum(program => program.Value - before.GetValueOrDefault(program.Key)) / commands;
            measured.Add((rate, await QueueFloor.RunAsync(commands, BytesOfACommand)));
            Console.WriteLine(Figures.Text($"{commands} commands, {rate:0}/s, bare queue {measured[^1].Floor:0}/s, {rate / measured[^1].Floor:0.00} of it, CPU {cost:0.00} ms a command"));
        }

        Figures.PrintBesideFloor("commands", "/s", measured);
        return 0;

        async Task RegisterAsync(int count)
        {
            var expected = Volatile.Read(ref answered) + count;
            await publisher.PublishAllAsync(Enumerable.Range(0, count).Select(number => new RegisterAccounts { Accounts = [Account(number % Accounts)] }),
                atATime: 200);
            await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref answered)), heard => heard >= expected, $"{count} commands are answered", Limit);
        }
    }

    static RegisterAccount Account(int number) => new()
    {
        AccountId = Figures.Text($"commanded-{number:0000}"),
        Name = "An account that stays as it is",
        Currency = "USD",
        TimeZone = "UTC",
        Email = Figures.Text($"commanded-{number:0000}@example.com"),
        ManualPayment = true,
        AnchorDay = 1
    };
}
