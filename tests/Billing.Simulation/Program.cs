using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Billing.Simulation;
using Billing.Simulation.World;

var seeds = new Option<int>("--seeds") { Description = "Months to let happen.", DefaultValueFactory = _ => 1000 };
var from = new Option<long>("--from") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
var without = new Option<string?>("--without") { Description = $"A guard to take out: {string.Join(", ", Guards.Without.Keys)}." };
without.AcceptOnlyFromAmong([.. Guards.Without.Keys]);
var trace = new Option<bool>("--trace") { Description = "Tells each step." };
var root = new RootCommand("Lets months happen in one process, each from one seed, and checks the books.") { seeds, from, without, trace };
root.SetAction(async (parsed, stopping) => await RunAsync(parsed.GetValue(seeds), parsed.GetValue(from), parsed.GetValue(without), parsed.GetValue(trace)));
return await root.Parse(args).InvokeAsync();

static async Task<int> RunAsync(int seeds, long from, string? without, bool trace)
{
    var started = Stopwatch.GetTimestamp();
    await using var simulation = await Simulation.CreateAsync(without is null ? Guards.All : Guards.Without[without]);
    if (trace)
        simulation.Trace = Console.WriteLine;
    var (done, steps, deaths, failed) = (0, 0L, 0L, 0);
    // with a guard out, the first violation says enough
    for (var seed = from; seed < from + seeds && (without is null || failed == 0); seed++)
    {
        done++;
        var outcome = await simulation.RunAsync(seed);
        (steps, deaths) = (steps + outcome.Steps, deaths + outcome.Deaths);
        if (outcome.Violations.Count == 0)
            continue;
        failed++;
        foreach (var violation in outcome.Violations)
            Console.WriteLine($"seed {seed}: {violation}");
        Console.WriteLine($"  ./billing simulate --from {seed} --seeds 1 --trace{(without is null ? "" : $" --without {without}")}");
    }

    var time = Stopwatch.GetElapsedTime(started).TotalSeconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"simulate: {done} seeds, {steps} messages, {deaths} deaths, {failed} seeds with violations; {time:F1} s, {done / time:F1} seeds/s"));
    return failed == 0 ? 0 : 1;
}
