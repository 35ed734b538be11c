using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Benchmarks.Floors;
using Billing.Contracts.MonthClose.V1;
using Billing.SampleData;
using Billing.Testing;
using MassTransit;
using NodaTime;
using NodaTime.Text;

namespace Billing.Benchmarks.Pipeline;

/// <summary>
/// Closes months of a sample of accounts with 20 usage records each, from <c>StartMonthClose</c> to <c>MonthCloseCompleted</c>, the gateway over HTTP, and puts
/// each beside plain SQL of the same minute. Each run takes the next month, on the same accounts or on more.
/// </summary>
/// <param name="sizes">How many accounts each run has.</param>
/// <param name="besideFloor">Puts each run beside plain SQL.</param>
/// <param name="profile">Tells the dearest statements of each run.</param>
sealed class PipelineBenchmark(IReadOnlyList<int> sizes, bool besideFloor, bool profile) : IDisposable
{
    /// <summary>The gateway is in MonthClose's own process (<c>Billing.InProcessGateway</c>), not behind HTTP.</summary>
    public bool IsGatewayInProcess { get; init; }

    /// <summary>So many look at every second run while it goes on, five times a second each.</summary>
    public int Watchers { get; init; }

    /// <summary>They look at the console's page of the run, as browsers do: each holds its stream of events.</summary>
    public bool AtTheConsole { get; init; }

    /// <summary>They ask for the reports of the month before and for its books to be compared, one after the other without a pause.</summary>
    public bool AskForReports { get; init; }

    /// <summary>So many closed months are put behind the installation after the first half of the runs (<see cref="Past"/>).</summary>
    public int MonthsBehind { get; init; }

    readonly List<double> _reports = [];

    YearMonth? _first;

    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    readonly ConcurrentDictionary<string, bool> _ended = [];

    readonly Books _books = new();

    /// <summary>Each month, in its order; none may have a difference.</summary>
    public async Task<IReadOnlyList<Measured>> RunAsync()
    {
        await using var publisher = await Publisher.StartAsync(endpoint => endpoint.Handler<MonthCloseCompleted>(ended =>
        {
            _ended.TryAdd(ended.Message.Period, true);
            return Task.CompletedTask;
        }));
        var measured = new List<Measured>();
        // the months behind HTTP come first, those in process after them
        var month = SampleMonth.LastOver(TimeProvider.System.GetUtcNow()).PlusMonths(1 - (IsGatewayInProcess ? sizes.Count : 2 * sizes.Count));
        foreach (var accounts in sizes)
        {
            if (MonthsBehind > 0 && measured.Count == sizes.Count / 2)
                Console.WriteLine($"{await Past.PutBehindAsync(_first!.Value, MonthsBehind)} rows of {MonthsBehind} months behind it");
            await _books.TakeInAsync(publisher, month, accounts);
            _first ??= month;
            measured.Add(await CloseAsync(publisher, month, accounts, measured.Count % 2 == 1 ? Watchers : 0));
            Console.WriteLine(measured[^1]);
            month = month.OnDayOfMonth(1).PlusMonths(1).ToYearMonth();
        }

        if (measured.Find(run => run.Differences > 0) is { } wrong)
            throw new InvalidOperationException($"{wrong.Period} has {wrong.Differences} differences: a fast month that is wrong is no result. {_books.FirstDifference}");
        return measured;
    }

    public void Dispose() => _books.Dispose();

    async Task<Measured> CloseAsync(Publisher publisher, YearMonth month, int accounts, int watchers)
    {
        var period = YearMonthPattern.Iso.Format(month);
        var floorBefore = await FloorAsync(accounts);
        if (profile)
            await Statements.ForgetAsync();
        using var over = new CancellationTokenSource();
        var watching = Task.WhenAll(Enumerable.Range(0, watchers).Select(_ => WatchAsync(period, over.Token)));
        var before = Costs.ProcessorTime();
        await publisher.PublishAsync(new StartMonthClose { Period = period, RequestedBy = "benchmark" });
        await Eventually.HoldsAsync(() => Task.FromResult(_ended.ContainsKey(period)), $"{period} is closed", Books.Limit);
        var after = Costs.ProcessorTime();
        await over.CancelAsync();
        await watching;
        var run = await _books.FindAsync($"api/runs/{period}");
        if (profile)
            await Statements.PrintAsync();
        var closed = run!.Value.GetProperty("accounts").GetInt32();
        return new Measured
        {
            Period = period,
            Accounts = closed,
            IsGatewayInProcess = IsGatewayInProcess,
            Watchers = watchers,
            PerSecond = closed / (Ended(run)!.Value - run.Value.GetProperty("startedAt").GetDateTimeOffset()).TotalSeconds,
            Floor = (floorBefore + await FloorAsync(accounts)) / 2,
            Differences = IsGatewayInProcess ? await CountMoneyThatDiffersAsync(period, run.Value) : await _books.CountDifferencesAsync(period),
            ProcessorMsAnAccount = after.ToDictionary(program => program.Key, program => (program.Value - before.GetValueOrDefault(program.Key)) / closed),
            PeakMegabytes = Costs.PeakMemory()
        };
    }

    /// <summary>It swings from minute to minute, so it is measured before the month and after it.</summary>
    async Task<double?> FloorAsync(int accounts) => besideFloor ? await Floor.RunAsync("month-close", Math.Min(accounts, 5000)) : null;

    /// <summary>By currency: what the books say was collected, and what the gateway in the process took.</summary>
    async Task<int> CountMoneyThatDiffersAsync(string period, JsonElement run)
    {
        var taken = await _books.CapturedAsync(period);
        return run.GetProperty("totals").EnumerateArray()
            .Count(total => total.GetProperty("collected").GetDecimal() != taken.GetValueOrDefault(total.GetProperty("currency").GetString()!));
    }

    async Task WatchAsync(string period, CancellationToken over)
    {
        if (AtTheConsole)
        {
            await HoldPageAsync(period, over);
            return;
        }

        if (AskForReports)
        {
            await ReportAsync(YearMonthPattern.Iso.Format(_first!.Value), over);
            return;
        }

        while (!over.IsCancellationRequested)
        {
            await _books.FindAsync($"api/runs/{period}");
            await Task.Delay(BetweenLooks, TimeProvider.System, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task ReportAsync(string period, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
            foreach (var path in (string[])[$"api/runs/{period}/report.csv", $"runs/{period}", $"api/runs/{period}/reconciliation"])
            {
                var asked = Stopwatch.GetTimestamp();
                try
                {
                    await _books.ReadAsync(path, over);
                }
                catch (OperationCanceledException) when (over.IsCancellationRequested)
                {
                    return;     // the month is over
                }

                lock (_reports)
                    _reports.Add(Stopwatch.GetElapsedTime(asked).TotalSeconds);
            }
    }

    static async Task HoldPageAsync(string period, CancellationToken over)
    {
        using var browser = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        using var look = new HttpRequestMessage(HttpMethod.Get, $"{Environment.GetEnvironmentVariable("BILLING_CONSOLE_URL")}/runs/{period}");
        look.Headers.Accept.ParseAdd("text/event-stream");
        try
        {
            using var page = await browser.SendAsync(look, HttpCompletionOption.ResponseHeadersRead, over);
            using var events = new StreamReader(await page.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(over));
            while (await events.ReadLineAsync(over) is not null)
                continue;
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // the month is over
        }
    }

    static DateTimeOffset? Ended(JsonElement? run) =>
        run?.TryGetProperty("completedAt", out var at) == true && at.ValueKind == JsonValueKind.String ? at.GetDateTimeOffset() : null;

    /// <param name="measured">The months.</param>
    /// <param name="overHttp">Those with the gateway over HTTP, when these had it in the process.</param>
    public static void Report(IReadOnlyList<Measured> measured, IReadOnlyList<Measured>? overHttp)
    {
        Console.WriteLine();
        Console.WriteLine("CPU ms an account, median of the runs; most memory of one process");
        foreach (var program in measured[^1].ProcessorMsAnAccount.Keys.Order(StringComparer.Ordinal))
        {
            var time = Figures.Median(measured.Select(run => run.ProcessorMsAnAccount.GetValueOrDefault(program)));
            Console.WriteLine(Figures.Text($"  {program,-16}{time,8:0.00} ms{measured[^1].PeakMegabytes.GetValueOrDefault(program),8:0} MB"));
        }

        Console.WriteLine(overHttp is null
            ? Figures.Text($"pipeline: {Rate(measured):0} accounts/s, {Ratios(measured)} of floor (HTTP)")
            : Figures.Text(
                $"pipeline: {Rate(overHttp):0} accounts/s, {Ratios(overHttp)} of floor (HTTP), {Rate(measured):0} accounts/s, {Ratios(measured)} of floor (in process)"));
    }

    static double Rate(IReadOnlyList<Measured> measured) => Figures.Median(measured.Select(run => run.PerSecond));

    static string Ratios(IReadOnlyList<Measured> measured)
    {
        var ratios = measured.Select(run => run.Ratio).OfType<double>().ToList();
        return Figures.Text($"{Figures.Median(ratios):0.00} ({ratios.Min():0.00} to {ratios.Max():0.00})");
    }

    /// <summary>What it costs to be looked at. The first run is cold, and counts for nothing.</summary>
    public static void ReportWatchers(IReadOnlyList<Measured> measured)
    {
        double RateOf(bool watched) => Figures.Median(measured.Skip(1).Where(run => run.Watchers > 0 == watched).Select(run => run.PerSecond));
        Console.WriteLine(Figures.Text(
            $"watchers: {RateOf(true):0} accounts/s with {measured[1].Watchers}, {RateOf(false):0} without, {1 - RateOf(true) / RateOf(false):P1} lost"));
    }

    /// <summary>What it costs to be asked for reports over the first month meanwhile. That one is cold, and counts for nothing.</summary>
    public void TellReports(IReadOnlyList<Measured> measured)
    {
        double RateOf(bool asked) => Figures.Median(measured.Skip(1).Where(run => run.Watchers > 0 == asked).Select(run => run.PerSecond));
        Console.WriteLine(Figures.Text(
            $"reports: {RateOf(true):0} accounts/s while {measured[1].Watchers} ask for reports over {measured[0].Accounts} accounts, {RateOf(false):0} without, {1 - RateOf(true) / RateOf(false):P1} lost; {_reports.Count} reports, {Figures.Median(_reports):0.00} s each, {_reports.DefaultIfEmpty().Max():0.00} s at most"));
    }

    /// <summary>
    /// What an account costs with years behind it. The first run is cold; the first after the copies pays for their writing, as the server tidies up behind
    /// it. Neither counts.
    /// </summary>
    public void TellYears(IReadOnlyList<Measured> measured)
    {
        var half = measured.Count / 2;
        double CostOf(IEnumerable<Measured> runs) => Figures.Median(runs.Select(run => run.ProcessorMsAnAccount.Values.Sum()));
        double RateOf(IEnumerable<Measured> runs) => Figures.Median(runs.Select(run => run.PerSecond));
        var (without, with) = (measured.Take(half).Skip(1).ToList(), measured.Skip(half + 1).ToList());
        foreach (var program in measured[0].ProcessorMsAnAccount.Keys.Order(StringComparer.Ordinal))
        {
            double Of(IEnumerable<Measured> runs) => Figures.Median(runs.Select(run => run.ProcessorMsAnAccount[program]));
            Console.WriteLine(Figures.Text($"  {program,-16}{Of(with):0.00} ms an account with them, {Of(without):0.00} without"));
        }

        Console.WriteLine(Figures.Text(
            $"years: {CostOf(with):0.00} ms of CPU an account with {MonthsBehind} closed months behind it, {CostOf(without):0.00} without, {CostOf(with) / CostOf(without):0.00} times as much; {RateOf(with):0} accounts/s, {RateOf(without):0} without"));
    }

    /// <summary>What an account costs in a small month and in a large one. The first run is cold, and counts for nothing.</summary>
    public static void ReportScale(IReadOnlyList<Measured> measured)
    {
        var costs = measured.Skip(1).Select(run => (run.Accounts, Cost: run.ProcessorMsAnAccount.Values.Sum())).ToList();
        foreach (var (program, most) in measured[^1].PeakMegabytes.OrderBy(program => program.Key, StringComparer.Ordinal))
            Console.WriteLine(Figures.Text($"  {program,-16}{most,8:0} MB at most"));
        Console.WriteLine(Figures.Text(
            $"scale: {string.Join(", ", costs.Select(size => Figures.Text($"{size.Cost:0.00} ms at {size.Accounts} accounts")))}, {costs[^1].Cost / costs[0].Cost:0.00} times as much"));
    }
}
