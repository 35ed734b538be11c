using System.CommandLine;
using Billing.Benchmarks;
using Billing.Benchmarks.Intake;
using Billing.Benchmarks.Latency;
using Billing.Benchmarks.Pipeline;
using Billing.Benchmarks.Seats;

var accounts = new Option<int>("--accounts") { Description = "How many accounts.", DefaultValueFactory = _ => 5000 };
var runs = new Option<int>("--runs") { Description = "How many times; the median is told.", DefaultValueFactory = _ => 3 };
var profile = new Option<bool>("--profile") { Description = "Also tells the dearest statements." };
var json = new Option<string?>("--json") { Description = "A file for the figures." };
var inProcess = new Option<bool>("--in-process") { Description = "The gateway is in the process of MonthClose (./billing bench starts it so).", Hidden = true };
var kept = new Option<string?>("--kept") { Description = "Where the figures over HTTP are kept for those in process.", Hidden = true };
var pipeline = new Command("pipeline", "A month of accounts from start to end, beside plain SQL.") { accounts, runs, profile, json, inProcess, kept };
pipeline.SetAction(async (parsed, stopping) =>
{
    using var benchmark = new PipelineBenchmark(
        [.. Enumerable.Repeat(parsed.GetValue(accounts), parsed.GetValue(runs))], besideFloor: true, parsed.GetValue(profile))
    {
        IsGatewayInProcess = parsed.GetValue(inProcess)
    };
    var measured = await benchmark.RunAsync();
    var overHttp = benchmark.IsGatewayInProcess && parsed.GetValue(kept) is { } before ? await Measured.ReadAsync(before, stopping) : null;
    PipelineBenchmark.Report(measured, overHttp);
    foreach (var file in new[] { parsed.GetValue(kept), parsed.GetValue(json) }.OfType<string>())
        await Measured.WriteAsync(file, [.. overHttp ?? [], .. measured], stopping);
    return 0;
});
var looking = new Option<int>("--watchers") { Description = "How many look at every second run.", DefaultValueFactory = _ => 10 };
var atTheConsole = new Option<bool>("--console") { Description = "They look at the console's page of the run, and not at the endpoint." };
var watchers = new Command("watchers", "What it costs a month to be looked at.") { accounts, runs, looking, atTheConsole, json };
watchers.SetAction(async (parsed, stopping) =>
{
    using var benchmark = new PipelineBenchmark(SizesWith(parsed), besideFloor: false, profile: false)
    {
        Watchers = parsed.GetValue(looking),
        AtTheConsole = parsed.GetValue(atTheConsole)
    };
    var measured = await benchmark.RunAsync();
    PipelineBenchmark.ReportWatchers(measured);
    if (parsed.GetValue(json) is { } file)
        await Measured.WriteAsync(file, measured, stopping);
    return 0;
});
var asking = new Option<int>("--askers") { Description = "How many ask for one report after the other, beside every second run.", DefaultValueFactory = _ => 4 };
var reports = new Command("reports", "What it costs a month that reports over another one are asked for meanwhile.") { accounts, runs, asking, json };
reports.SetAction(async (parsed, stopping) =>
{
    using var benchmark = new PipelineBenchmark(SizesWith(parsed), besideFloor: false, profile: false) { Watchers = parsed.GetValue(asking), AskForReports = true };
    var measured = await benchmark.RunAsync();
    benchmark.TellReports(measured);
    if (parsed.GetValue(json) is { } file)
        await Measured.WriteAsync(file, measured, stopping);
    return 0;
});
var behind = new Option<int>("--behind") { Description = "How many closed months are put behind.", DefaultValueFactory = _ => 24 };
var years = new Command("years", "What it costs a month to have years behind it.") { accounts, runs, behind, profile, json };
years.SetAction(async (parsed, stopping) =>
{
    // one more that does not count: the first after the copies finds what their writing left to be tidied up
    using var benchmark = new PipelineBenchmark([.. SizesWith(parsed), parsed.GetValue(accounts)], besideFloor: false, parsed.GetValue(profile)) { MonthsBehind = parsed.GetValue(behind) };
    var measured = await benchmark.RunAsync();
    benchmark.TellYears(measured);
    if (parsed.GetValue(json) is { } file)
        await Measured.WriteAsync(file, measured, stopping);
    return 0;
});
var preview = new Command("preview", "A month that is previewed, beside the issuing of its invoices alone.") { accounts, runs };
preview.SetAction(async (parsed, _) =>
{
    using var benchmark = new PreviewBenchmark(parsed.GetValue(accounts), parsed.GetValue(runs));
    return await benchmark.RunAsync();
});
var scale = new Command("scale", "What an account costs in a month of N, 4 N and 16 N accounts.") { accounts, json };
scale.SetAction(async (parsed, stopping) =>
{
    var n = parsed.GetValue(accounts);
    using var benchmark = new PipelineBenchmark([n, n, 4 * n, 16 * n], besideFloor: false, profile: false);
    var measured = await benchmark.RunAsync();
    PipelineBenchmark.ReportScale(measured);
    if (parsed.GetValue(json) is { } file)
        await Measured.WriteAsync(file, measured, stopping);
    return 0;
});

var months = new Option<int>("--months") { Description = "How many months.", DefaultValueFactory = _ => 200 };
var latency = new Command("latency", "One account alone on an idle installation, from the command to its end.") { months };
latency.SetAction((parsed, _) => LatencyBenchmark.RunAsync(parsed.GetValue(months)));
var howMany = new Option<int>("--commands") { Description = "How many commands.", DefaultValueFactory = _ => 10_000 };
var commands = new Command("commands", "Commands that change nothing, beside a bare queue.") { howMany, runs };
commands.SetAction((parsed, _) => CommandsBenchmark.RunAsync(parsed.GetValue(howMany), parsed.GetValue(runs)));
var records = new Option<int>("--records") { Description = "How many usage records.", DefaultValueFactory = _ => 200_000 };
var ingest = new Command("ingest", "Usage records into the books, beside COPY.") { records, runs };
ingest.SetAction((parsed, _) => IngestBenchmark.RunAsync(parsed.GetValue(records), parsed.GetValue(runs)));

var subscriptions = new Option<int>("--subscriptions") { Description = "How many subscriptions.", DefaultValueFactory = _ => 5000 };
var seats = new Command("seats", "Subscriptions with 20 members, counted, beside plain SQL.") { subscriptions, runs, profile };
seats.SetAction((parsed, _) => SeatsBenchmark.RunAsync(parsed.GetValue(subscriptions), parsed.GetValue(runs), parsed.GetValue(profile)));

var count = new Option<int>("--messages") { Description = "How many messages.", DefaultValueFactory = _ => 3000 };
var outbox = new Command("outbox", "Messages through the outbox, beside the bus alone.") { count };
outbox.SetAction((parsed, _) => OutboxBenchmark.RunAsync(parsed.GetValue(count)));
var sending = new Command("sending", "E-mails and SMS under a limit and without, beside plain connections.") { count };
sending.SetAction((parsed, _) => SendingBenchmark.RunAsync(parsed.GetValue(count)));

// as many months with as without, and one more: the first is cold
List<int> SizesWith(ParseResult parsed) => [.. Enumerable.Repeat(parsed.GetValue(accounts), 1 + 2 * parsed.GetValue(runs))];

return await new RootCommand("Measures the installation that runs, beside floors of the same machine in the same minute.") {
    latency, pipeline, preview, seats, scale, years, watchers, reports, commands, ingest, outbox, sending
}.Parse(args).InvokeAsync();
