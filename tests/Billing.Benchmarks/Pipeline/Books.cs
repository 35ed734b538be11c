using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.SampleData;
using Billing.Testing;
using NodaTime;

namespace Billing.Benchmarks.Pipeline;

/// <summary>MonthClose of the installation that is measured: takes a month of the sample in, and says over HTTP what became of it.</summary>
sealed class Books : IDisposable
{
    const int UsageOfAnAccount = 20;
    public static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    readonly HttpClient _monthClose = new()
    {
        BaseAddress = new Uri(Environment.GetEnvironmentVariable("BILLING_MONTHCLOSE_URL")
            ?? throw new InvalidOperationException("BILLING_MONTHCLOSE_URL is not set: ./billing bench sets it.")),
        Timeout = Limit     // a comparison of a large month takes minutes beside a run
    };

    public void Dispose() => _monthClose.Dispose();

    public async Task TakeInAsync(Publisher publisher, YearMonth month, int accounts)
    {
        var all = new SampleMonth(month).Accounts(accounts).ToList();
        var before = await IntakeAsync();
        await publisher.PublishAllAsync(SamplePrices.All);
        await publisher.PublishAllAsync(all.Select(one => one.Account).Chunk(500).Select(some => new RegisterAccounts { Accounts = some }));
        await Eventually.HoldsAsync(async () => (await IntakeAsync())["accounts"], count => count >= all.Count, "the accounts are registered", Limit);
        await publisher.PublishAllAsync(all.Select(one => one.Seats).OfType<object>());
        var usage = all.SelectMany(WithTwenty).ToList();
        await publisher.PublishAllAsync(usage.Chunk(500).Select(some => new RecordUsage { Records = some }));
        await Eventually.HoldsAsync(IntakeAsync, intake => intake["usageRecords"] + intake["rejectedUsage"] >= before["usageRecords"] + before["rejectedUsage"] + usage.Count,
            $"{usage.Count} records of {month} are taken in", Limit);
    }

    public async Task<JsonElement?> FindAsync(string path)
    {
        using var answer = await _monthClose.GetAsync(new Uri(path, UriKind.Relative));
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>() : null;
    }

    /// <summary>Reads an answer to its end, whatever it is.</summary>
    public async Task ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await _monthClose.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>What was found, of the last month in which something was.</summary>
    public string? FirstDifference { get; private set; }

    public async Task<int> CountDifferencesAsync(string period)
    {
        var books = await Eventually.HoldsAsync(
            () => FindAsync($"api/runs/{period}/reconciliation"), books => books?.GetProperty("unknown").GetInt32() == 0, "no charge is unknown", Limit);
        var differences = books!.Value.GetProperty("differences");
        FirstDifference = differences.EnumerateArray().Select(one => one.ToString()).FirstOrDefault() ?? FirstDifference;
        return differences.GetArrayLength();
    }

    /// <summary>By currency: what the gateway in the process of MonthClose took.</summary>
    public async Task<Dictionary<string, decimal>> CapturedAsync(string period) =>
        (await _monthClose.GetFromJsonAsync<Dictionary<string, decimal>>(new Uri($"captured/{period}", UriKind.Relative)))!;

    /// <summary>How long a consumer has worked since its process began, over all that it did at a time.</summary>
    public async Task<TimeSpan> WorkOfAsync(string consumer)
    {
        var figures = await _monthClose.GetStringAsync(new Uri("metrics", UriKind.Relative));
        var line = figures.Split('\n').SingleOrDefault(line => line.StartsWith("messaging_masstransit_consume_duration_milliseconds_sum{", StringComparison.Ordinal)
            && line.Contains($"consumer_type=\"{consumer}\"", StringComparison.Ordinal));
        return line is null ? TimeSpan.Zero : TimeSpan.FromMilliseconds(double.Parse(line[(line.IndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
    }

    /// <summary>As many records as the floor has for each: single calls beside what the sample has.</summary>
    static IEnumerable<UsageRecord> WithTwenty(SampleAccount one)
    {
        if (one.Usage is not [.., var last])
            return one.Usage;
        return one.Usage.Concat(Enumerable.Range(one.Usage.Count, Math.Max(0, UsageOfAnAccount - one.Usage.Count))
            .Select(number => last with { UsageId = $"{last.UsageId}-{number}", PriceCode = SamplePrices.Requests, Quantity = number }));
    }

    async Task<Dictionary<string, long>> IntakeAsync() =>
        (await _monthClose.GetFromJsonAsync<Dictionary<string, long>>(new Uri("api/intake", UriKind.Relative)))!;
}
