using System.CommandLine;
using System.Runtime.InteropServices;
using Billing.Chaos;

// Who interrupts it waits until all that it started is stopped. A terminal and a script may both say so.
using var interrupted = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var rounds = new Option<int>("--rounds") { Description = "Months to close, one after the other.", DefaultValueFactory = _ => 3 };
var accounts = new Option<int>("--accounts") { Description = "Accounts in each.", DefaultValueFactory = _ => 100 };
var atOnce = new Option<int>("--at-once")
{
    Description = "Installations at a time, which share the rounds; each has a seed of its own.",
    DefaultValueFactory = _ => 1
};
var seed = new Option<int>("--seed") { Description = "Draws whom a fault hits and when.", DefaultValueFactory = _ => 1 };
var copies = new Option<int>("--copies") { Description = "Processes of each service.", DefaultValueFactory = _ => 1 };
var brokers = new Option<int>("--brokers") { Description = "Nodes of the broker: 1, or 3 that are one cluster.", DefaultValueFactory = _ => 1 };
brokers.AcceptOnlyFromAmong("1", "3");
var replica = new Option<bool>("--replica") { Description = "Gives the database server a synchronous standby, which is promoted when the primary is killed." };
var inside = new Option<bool>("--inside") { Description = "Lets processes also kill themselves at their boundaries: at each once, then now and then." };
var at = new Option<string?>("--at") { Description = "The same, but only at boundaries whose name has this in it, such as \"after POST\"." };
var fullDisk = new Option<bool>("--full-disk")
{
    Description = "Gives the database server a disk of its own in memory, and fills it now and then. It is mounted, and that takes root."
};
var without = new Option<string?>("--without") { Description = $"A guard to take out, to see that it is found: {string.Join(", ", Plan.Guards)}." };
without.AcceptOnlyFromAmong([.. Plan.Guards]);
var against = new Option<string?>("--against")
{
    Description = "A file with the addresses of an installation where nobody is billed; only what can be done from outside is done to it. See docs/chaos.md"
};
var logs = new Option<string?>("--logs") { Description = "Keeps what the processes write in this folder." };
var beside = new Option<string?>("--beside")
{
    Description = "Instead of all that: rolls each process from one release to the other while the month closes, twice; the folder of the other's services."
};
var root = new RootCommand("Closes months in an installation of its own while its processes are killed, and checks the books.") {
    rounds, accounts, atOnce, seed, copies, brokers, replica, inside, at, fullDisk, without, logs, against, beside
};
root.Validators.Add(result =>
{
    if (result.GetValue(against) is not null
        && (result.GetValue(inside) || result.GetValue(fullDisk) || result.GetValue(copies) != 1
            || result.GetValue(brokers) != 1 || result.GetValue(replica) || result.GetValue(atOnce) != 1
            || (result.GetValue(at) ?? result.GetValue(without) ?? result.GetValue(logs) ?? result.GetValue(beside)) is not null))
        result.AddError("--against takes an installation as it is: "
            + "without --at-once, --copies, --brokers, --replica, --inside, --at, --full-disk, --without, --beside and --logs");
    if (result.GetValue(replica) && result.GetValue(fullDisk))
        result.AddError("--full-disk fills the disk of one server, and --replica has two: one at a time");
});
root.SetAction(async (parsed, _) =>
{
    var plan = new Plan
    {
        Rounds = parsed.GetValue(rounds),
        Accounts = parsed.GetValue(accounts),
        AtOnce = parsed.GetValue(atOnce),
        Seed = parsed.GetValue(seed),
        Copies = parsed.GetValue(copies),
        Brokers = parsed.GetValue(brokers),
        Replica = parsed.GetValue(replica),
        Inside = parsed.GetValue(inside) || parsed.GetValue(at) is not null,
        At = parsed.GetValue(at),
        FullDisk = parsed.GetValue(fullDisk),
        Without = parsed.GetValue(without),
        Logs = parsed.GetValue(logs),
        Against = parsed.GetValue(against),
        Beside = parsed.GetValue(beside)
    };
    try
    {
        return await ChaosRun.RunAsync(plan, Console.WriteLine, interrupted.Token) == 0 ? 0 : 1;
    }
    catch (UnusableInstallationException unusable)
    {
        await Console.Error.WriteLineAsync($"chaos: {unusable.Message}");
        return 2;
    }
});
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupted.Cancel();
}
