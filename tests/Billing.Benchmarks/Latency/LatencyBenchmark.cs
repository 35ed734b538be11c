using System.Collections.Concurrent;
using System.Diagnostics;
using Billing.Contracts.MonthClose.V1;
using Billing.SampleData;
using Billing.Testing;
using MassTransit;
using NodaTime;

namespace Billing.Benchmarks.Latency;

/// <summary>
/// One account alone on an idle installation: from <c>StartMonthClose</c> to <c>AccountClosed</c>, month after month, each with an invoice and a charge. Nothing
/// on this road may wait for a timer.
/// </summary>
static class LatencyBenchmark
{
    /// <summary>Compiled and connected on the way, and not counted: hot code is compiled again after some dozens of calls.</summary>
    const int First = 100;

    static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static async Task<int> RunAsync(int months)
    {
        var (closed, ended) = (new ConcurrentDictionary<string, long>(), new ConcurrentDictionary<string, bool>());
        var registered = false;
        await using var publisher = await Publisher.StartAsync(endpoint =>
        {
            endpoint.Handler<AccountRegistered>(_ =>
            {
                registered = true;
                return Task.CompletedTask;
            });
            endpoint.Handler<AccountClosed>(heard =>
            {
                closed.TryAdd(heard.Message.Period, Stopwatch.GetTimestamp());
                return Task.CompletedTask;
            });
            endpoint.Handler<MonthCloseCompleted>(heard =>
            {
                ended.TryAdd(heard.Message.Period, true);
                return Task.CompletedTask;
            });
        });
        await publisher.PublishAllAsync(SamplePrices.All);
        await publisher.PublishAsync(new RegisterAccount
        {
            AccountId = "alone",
            Name = "Alone",
            Currency = "USD",
            TimeZone = "UTC",
            Email = "alone@example.com",
            PaymentMethod = "pm_ok_1",
            FeePriceCode = SamplePrices.BasicPlan,
            AnchorDay = 1
        });
        await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref registered)), "the account is registered", Limit);

        // the months up to those that the pipeline closes by default, so that both can be measured on one installation
        var now = TimeProvider.System.GetUtcNow().AddMonths(-3 - First - months);
        var (month, times) = (new YearMonth(now.Year, now.Month), new List<double>());
        for (var i = 0; i < First + months; i++, month = month.OnDayOfMonth(1).PlusMonths(1).ToYearMonth())
        {
            var period = $"{month.Year:0000}-{month.Month:00}";
            var began = Stopwatch.GetTimestamp();
            await publisher.PublishAsync(new StartMonthClose { Period = period, RequestedBy = "benchmark" });
            await Eventually.HoldsAsync(() => Task.FromResult(ended.ContainsKey(period) && closed.ContainsKey(period)), $"{period} is closed", Limit);
            if (i >= First)
                times.Add(Stopwatch.GetElapsedTime(began, closed[period]).TotalMilliseconds);
        }

        Console.WriteLine(Figures.Text(
            $"latency: p50 {Figures.Percentile(times, 50):0} ms, p99 {Figures.Percentile(times, 99):0} ms, longest {times.Max():0} ms, of {months} months of one account"));
        return 0;
    }
}
