using System.CommandLine;
using Billing.Benchmarks;
using Billing.Benchmarks.Pipeline;

var accounts = new Option<int>("--accounts") { Description = "How many accounts.", DefaultValueFactory = _ => 5000 };
var runs = new Option<int>("--runs") { Description = "How many times; the median is told.", DefaultValueFactory = _ => 3 };
var profile = new Option<bool>("--profile") { Description = "Also tells the dearest statements." };
var json = new Option<string?>("--json") { Description = "A file for the figures." };
var pipeline = new Command("pipeline", "A month of accounts from start to end, beside plain SQL.") { accounts, runs, profile, json };
pipeline.SetAction(async (parsed, _) =>
{
    using var benchmark = new PipelineBenchmark(parsed.GetValue(accounts), parsed.GetValue(runs), parsed.GetValue(profile), parsed.GetValue(json));
    return await benchmark.RunAsync();
});

var count = new Option<int>("--messages") { Description = "How many messages.", DefaultValueFactory = _ => 3000 };
var outbox = new Command("outbox", "Messages through the outbox, beside the bus alone.") { count };
outbox.SetAction((parsed, _) => OutboxBenchmark.RunAsync(parsed.GetValue(count)));
var sending = new Command("sending", "E-mails and SMS under a limit and without, beside plain connections.") { count };
sending.SetAction((parsed, _) => SendingBenchmark.RunAsync(parsed.GetValue(count)));

return await new RootCommand("Measures the installation that runs, beside floors of the same machine in the same minute.") { pipeline, outbox, sending }
    .Parse(args).InvokeAsync();
