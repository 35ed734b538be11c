using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Benchmarks.Floors;
using Billing.Contracts.MonthClose.V1;
using Billing.SampleData;
using Billing.Testing;
using MassTransit;
using NodaTime;

namespace Billing.Benchmarks.Pipeline;

/// <summary>
/// Closes months of a sample of accounts with 20 usage records each, from <c>StartMonthClose</c> to <c>MonthCloseCompleted</c>, the gateway over HTTP, and puts
/// each beside plain SQL of the same minute. Each run takes the next month, on the same accounts.
/// </summary>
sealed class PipelineBenchmark(int accounts, int runs, bool profile, string? json) : IDisposable
{
    const int UsageOfAnAccount = 20;
    static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    readonly ConcurrentDictionary<string, bool> _ended = [];

    readonly HttpClient _monthClose = new()
    {
        BaseAddress = new Uri(Environment.GetEnvironmentVariable("BILLING_MONTHCLOSE_URL")
            ?? throw new InvalidOperationException("BILLING_MONTHCLOSE_URL is not set: ./billing bench sets it."))
    };

    public async Task<int> RunAsync()
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(TestVirtualHost.Host, (ushort)TestVirtualHost.Port, "/", host =>
            {
                host.Username(TestVirtualHost.Username);
                host.Password(TestVirtualHost.Password);
            });
            // the end is heard of: to look at the run again and again would be measured with it
            rabbit.ReceiveEndpoint(new TemporaryEndpointDefinition(), endpoint => endpoint.Handler<MonthCloseCompleted>(ended =>
            {
                _ended.TryAdd(ended.Message.Period, true);
                return Task.CompletedTask;
            }));
        });
        await bus.StartAsync();
        var measured = new List<Measured>();
        try
        {
            var now = TimeProvider.System.GetUtcNow().AddMonths(-runs);
            for (var (run, month) = (0, new YearMonth(now.Year, now.Month)); run < runs; run++, month = month.OnDayOfMonth(1).PlusMonths(1).ToYearMonth())
            {
                await TakeInAsync(bus, month);
                measured.Add(await CloseAsync(bus, month));
                Console.WriteLine(measured[^1]);
            }
        }
        finally
        {
            await bus.StopAsync();
        }

        Report(measured);
        if (json is not null)
            await File.WriteAllTextAsync(json, JsonSerializer.Serialize(measured, JsonSerializerOptions.Web));
        return measured.TrueForAll(run => run.Differences == 0) ? 0 : 1;
    }

    public void Dispose() => _monthClose.Dispose();

    async Task TakeInAsync(IBus bus, YearMonth month)
    {
        var all = new SampleMonth(month).Accounts(accounts).ToList();
        var before = await IntakeAsync();
        await PublishAsync(bus, SamplePrices.All);
        await PublishAsync(bus, all.Select(one => one.Account).Chunk(500).Select(some => new RegisterAccounts { Accounts = some }));
        await Eventually.HoldsAsync(async () => (await IntakeAsync())["accounts"], count => count >= all.Count, "the accounts are registered", Limit);
        await PublishAsync(bus, all.Select(one => one.Seats).OfType<object>());
        var usage = all.SelectMany(WithTwenty).ToList();
        await PublishAsync(bus, usage.Chunk(500).Select(some => new RecordUsage { Records = some }));
        await Eventually.HoldsAsync(IntakeAsync, intake => intake["usageRecords"] + intake["rejectedUsage"] >= before["usageRecords"] + before["rejectedUsage"] + usage.Count,
            $"{usage.Count} records of {month} are taken in", Limit);
    }

    /// <summary>As many records as the floor has for each: single calls beside what the sample has.</summary>
    static IEnumerable<UsageRecord> WithTwenty(SampleAccount one)
    {
        if (one.Usage is not [.., var last])
            return one.Usage;
        return one.Usage.Concat(Enumerable.Range(one.Usage.Count, Math.Max(0, UsageOfAnAccount - one.Usage.Count))
            .Select(number => last with { UsageId = $"{last.UsageId}-{number}", PriceCode = SamplePrices.Requests, Quantity = number }));
    }

    async Task<Measured> CloseAsync(IBus bus, YearMonth month)
    {
        var period = $"{month.Year:0000}-{month.Month:00}";
        if (profile)
            await Statements.ForgetAsync();
        var before = Costs.ProcessorTime();
        await bus.Publish(new StartMonthClose { Period = period, RequestedBy = "benchmark" });
        await Eventually.HoldsAsync(() => Task.FromResult(_ended.ContainsKey(period)), $"{period} is closed", Limit);
        var after = Costs.ProcessorTime();
        var run = await FindAsync($"api/runs/{period}");
        if (profile)
            await Statements.PrintAsync();
        var closed = run!.Value.GetProperty("accounts").GetInt32();
        var books = await Eventually.HoldsAsync(
            () => FindAsync($"api/runs/{period}/reconciliation"), books => books?.GetProperty("unknown").GetInt32() == 0, "no charge is unknown", Limit);
        return new Measured
        {
            Period = period,
            Accounts = closed,
            PerSecond = closed / (Ended(run)!.Value - run.Value.GetProperty("startedAt").GetDateTimeOffset()).TotalSeconds,
            Floor = await Floor.RunAsync("month-close", Math.Min(accounts, 5000)),
            Differences = books!.Value.GetProperty("differences").GetArrayLength(),
            ProcessorMsAnAccount = after.ToDictionary(program => program.Key, program => (program.Value - before.GetValueOrDefault(program.Key)) / closed),
            PeakMegabytes = Costs.PeakMemory()
        };
    }

    static DateTimeOffset? Ended(JsonElement? run) =>
        run?.TryGetProperty("completedAt", out var at) == true && at.ValueKind == JsonValueKind.String ? at.GetDateTimeOffset() : null;

    static void Report(List<Measured> measured)
    {
        Console.WriteLine();
        Console.WriteLine("CPU ms an account, median of the runs; most memory of one process");
        foreach (var program in measured[^1].ProcessorMsAnAccount.Keys.Order(StringComparer.Ordinal))
        {
            var time = Median(measured.Select(run => run.ProcessorMsAnAccount.GetValueOrDefault(program)));
            Console.WriteLine(Invariant($"  {program,-16}{time,8:0.00} ms{measured[^1].PeakMegabytes.GetValueOrDefault(program),8:0} MB"));
        }

        var ratios = measured.ConvertAll(run => run.Ratio);
        Console.WriteLine(Invariant(
            $"pipeline: {Median(measured.Select(run => run.PerSecond)):0} accounts/s, {Median(ratios):0.00} of floor (HTTP), from {ratios.Min():0.00} to {ratios.Max():0.00}"));
    }

    static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted && sorted.Count % 2 == 1
        ? sorted[sorted.Count / 2]
        : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;

    async Task<Dictionary<string, long>> IntakeAsync() =>
        (await _monthClose.GetFromJsonAsync<Dictionary<string, long>>(new Uri("api/intake", UriKind.Relative)))!;

    async Task<JsonElement?> FindAsync(string path)
    {
        using var answer = await _monthClose.GetAsync(new Uri(path, UriKind.Relative));
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>() : null;
    }

    static async Task PublishAsync(IBus bus, IEnumerable<object> messages)
    {
        foreach (var some in messages.Chunk(20))
            await Task.WhenAll(some.Select(message => bus.Publish(message)));
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
