using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Billing.Simulation;
using Billing.Simulation.World;

var seeds = new Option<int>("--seeds") { Description = "Seeds to let happen.", DefaultValueFactory = _ => 1000 };
var from = new Option<long>("--from") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
var of = new Option<string?>("--of") { Description = "What happens from a seed: months, seats, or both when it is left out." };
of.AcceptOnlyFromAmong("months", "seats");
var without = new Option<string[]>("--without")
{
    Description = $"A guard to take out; may be said more than once: {string.Join(", ", WorldSetup.AllGuards)}.",
    DefaultValueFactory = _ => []
};
without.AcceptOnlyFromAmong([.. WorldSetup.AllGuards]);
var trace = new Option<bool>("--trace") { Description = "Tells each step." };
var workers = new Option<int>("--workers")
{
    Description = "Worlds at a time; one for each core when it is left out.",
    DefaultValueFactory = _ => Environment.ProcessorCount
};
var accounts = new Option<int>("--accounts") { Description = "At most so many accounts, or subscriptions.", DefaultValueFactory = _ => Plan.MostAccounts };
var only = new Option<string?>("--only")
{
    Description = "The mischief that may happen, as a seed that fails names it: Death.0,Late.2,Act.1; nothing for none."
};
var root = new RootCommand("Lets months, and days of seats, happen in one process, each from one seed, and checks the books.")
{
    of, seeds, from, without, trace, workers, accounts, only
};
root.SetAction(async (parsed, stopping) =>
{
    var knobs = new Knobs(Math.Clamp(parsed.GetValue(accounts), 1, Plan.MostAccounts),
        parsed.GetValue(only) is { } names ? names.Split(',').Where(name => name != "nothing").ToList() : null);
    var told = parsed.GetValue(trace);
    return await RunAsync(new Many(parsed.GetValue(from), parsed.GetValue(seeds), parsed.GetValue(without)!,
        told ? 1 : Math.Max(1, parsed.GetValue(workers)), knobs, WorldSetup.Of(parsed.GetValue(of), parsed.GetValue(without)!)), told, stopping);
});
// who is told to stop ends the months that he has begun, and says how it went
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });

static async Task<int> RunAsync(Many many, bool trace, CancellationToken stopping)
{
    var (started, computed) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
    await many.RunAsync(trace ? Console.WriteLine : null, (outcome, knobs) =>
    {
        foreach (var violation in outcome.Violations)
            Console.WriteLine($"seed {outcome.Seed}: {violation}");
        Console.WriteLine($"  ./billing simulate --of {$"{outcome.Of}".ToLowerInvariant()} --from {outcome.Seed} --seeds 1 --trace"
            + $"{string.Concat(many.Without.Select(guard => $" --without {guard}"))}{knobs}");
    }, stopping);
    var time = Stopwatch.GetElapsedTime(started).TotalSeconds;
    var cpu = (Environment.CpuUsage.TotalTime - computed).TotalMilliseconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"simulate: {many.Done} seeds, {many.Steps} steps, {many.Deaths} deaths, {many.Failed} seeds with violations; "
        + $"{time:F1} s, {many.Done / time:F1} seeds/s, {cpu / Math.Max(1, many.Done):F1} ms of CPU each"));
    return many.Failed == 0 ? 0 : 1;
}
