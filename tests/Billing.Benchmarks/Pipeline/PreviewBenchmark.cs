using System.Collections.Concurrent;
using System.Diagnostics;
using Billing.Contracts.MonthClose.V1;
using Billing.SampleData;
using Billing.Testing;
using MassTransit;
using NodaTime;

namespace Billing.Benchmarks.Pipeline;

/// <summary>
/// A month is previewed, and then its invoices are issued, by a run that is paused before it charges: both from the command to the last account, on the same
/// books, in the same minute. Then it is resumed, and must come out right.
/// </summary>
sealed class PreviewBenchmark(int accounts, int runs) : IDisposable
{
    readonly Books _books = new();
    readonly ConcurrentDictionary<string, long> _previewed = [], _ended = [];

    public void Dispose() => _books.Dispose();

    public async Task<int> RunAsync()
    {
        await using var publisher = await Publisher.StartAsync(endpoint =>
        {
            endpoint.Handler<MonthClosePreviewed>(heard => Note(_previewed, heard.Message.Period));
            endpoint.Handler<MonthCloseCompleted>(heard => Note(_ended, heard.Message.Period));
        });
        var month = SampleMonth.LastOver(TimeProvider.System.GetUtcNow()).PlusMonths(-runs);
        var ratios = new List<(double Preview, double Invoicing)>();
        // one more: the first is cold
        for (var i = 0; i <= runs; i++, month = month.OnDayOfMonth(1).PlusMonths(1).ToYearMonth())
        {
            var both = await MeasureAsync(publisher, month);
            if (i > 0)
                ratios.Add(both);
        }

        Console.WriteLine(Figures.Text(
            $"preview: {Figures.Median(ratios.Select(both => both.Preview)):0.0} s for {accounts} accounts, {Figures.Median(ratios.Select(both => both.Preview / both.Invoicing)):0.00} of issuing their invoices"));
        return 0;
    }

    async Task<(double Preview, double Invoicing)> MeasureAsync(Publisher publisher, YearMonth month)
    {
        var period = $"{month.Year:0000}-{month.Month:00}";
        await _books.TakeInAsync(publisher, month, accounts);
        var computed = await _books.WorkOfAsync("ComputePreviewConsumer");
        var began = Stopwatch.GetTimestamp();
        await publisher.PublishAsync(new PreviewMonthClose { Period = period, RequestedBy = "benchmark" });
        await HearsAsync(_previewed, period);
        var preview = Stopwatch.GetElapsedTime(began, _previewed[period]).TotalSeconds;
        computed = await _books.WorkOfAsync("ComputePreviewConsumer") - computed;

        var issued = await _books.WorkOfAsync("IssueInvoicesConsumer");
        began = Stopwatch.GetTimestamp();
        await publisher.PublishAsync(new StartMonthClose { Period = period, RequestedBy = "benchmark" });
        // one that is paused begins no chunk
        await Eventually.HoldsAsync(() => _books.FindAsync($"api/runs/{period}"), run => run is { } it && it.GetProperty("accounts").GetInt32() >= accounts
            && it.GetProperty("chunks").GetProperty("inFlight").GetInt32() + it.GetProperty("chunks").GetProperty("ended").GetInt32()
                == it.GetProperty("chunks").GetProperty("total").GetInt32(), "all chunks have begun", Books.Limit);
        await publisher.PublishAsync(new PauseRun { Period = period, Reason = "the invoices alone are measured", RequestedBy = "benchmark" });
        await Eventually.HoldsAsync(() => _books.FindAsync($"api/runs/{period}"),
            run => run?.GetProperty("steps").GetProperty("Pending").GetInt32() == 0, "the invoices are issued", Books.Limit);
        var invoicing = Stopwatch.GetElapsedTime(began).TotalSeconds;
        issued = await _books.WorkOfAsync("IssueInvoicesConsumer") - issued;

        await publisher.PublishAsync(new ResumeRun { Period = period, RequestedBy = "benchmark" });
        await HearsAsync(_ended, period);
        var differences = await _books.CountDifferencesAsync(period);
        Console.WriteLine(Figures.Text(
            $"{period}: previewed in {preview:0.0} s ({computed.TotalMilliseconds / accounts:0.00} ms of work an account), invoices in {invoicing:0.0} s ({issued.TotalMilliseconds / accounts:0.00} ms), {differences} differences"));
        return differences == 0 ? (preview, invoicing) : throw new InvalidOperationException($"{period} has {differences} differences: a fast month that is wrong is no result.");
    }

    static Task Note(ConcurrentDictionary<string, long> heard, string period)
    {
        heard.TryAdd(period, Stopwatch.GetTimestamp());
        return Task.CompletedTask;
    }

    static Task HearsAsync(ConcurrentDictionary<string, long> heard, string period) =>
        Eventually.HoldsAsync(() => Task.FromResult(heard.ContainsKey(period)), $"{period} is heard of", Books.Limit);
}
