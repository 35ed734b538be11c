using System.Diagnostics;
using Billing.Testing;

namespace Billing.Chaos.Faults;

/// <summary>
/// Brings another release in under load, as an orchestrator does: one process after the other is asked to end, waited for, and started as the other release; the
/// next has its turn when it is ready. Twice through all, so that each neighbour of a service was of the other release once, and at the end all are as they began.
/// </summary>
/// <param name="installation">Where.</param>
/// <param name="supervisor">Must not take a stop for an end.</param>
/// <param name="other">The other release's services, each in a folder of its name.</param>
/// <param name="tally">Counts.</param>
/// <param name="say">Told how long each took.</param>
sealed class RollOut(OwnInstallation installation, Supervisor supervisor, string other, Tally tally, Action<string> say) : Mischief
{
    const int Times = 2;

    /// <summary>What a service may take to finish what it holds, and a moment more; then it is killed, as an orchestrator does.</summary>
    static readonly TimeSpan ToEnd = TimeSpan.FromSeconds(40);

    static readonly TimeSpan ToBeReady = TimeSpan.FromMinutes(3);

    readonly Dictionary<Member, string> _own = [];

    /// <summary>What is rolled when the month has ended is rolled without its load, and that is said. How many acts were asked for plays no part.</summary>
    public override async Task RunAsync(int least, int most, Func<Task<bool>> isOver)
    {
        for (var time = 1; time <= Times; time++)
            foreach (var member in installation.Members.Skip(1))
            {
                var underLoad = !await isOver();
                var began = Stopwatch.GetTimestamp();
                var release = Turn(member);
                await supervisor.WithAsync(async () =>
                {
                    await member.Process.StopAsync(TimeLimits.Scaled(ToEnd));
                    member.Process.Start();
                });
                await member.Process.IsAsync(true, ToBeReady);
                tally.Add($"restart of {member.Name} as {release}{(underLoad ? "" : ", when the month had ended")}");
                say(Invariant($"  {member.Name} is {release} after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"));
            }
    }

    /// <summary>From this release to the other, or back.</summary>
    string Turn(Member member)
    {
        if (_own.Remove(member, out var own))
        {
            member.Process.Program = own;
            return "this release";
        }

        _own[member] = member.Process.Program;
        member.Process.Program = Path.Combine(other, member.Process.Name, $"{member.Process.Name}.dll");
        return File.Exists(member.Process.Program) ? "the last release"
            : throw new FileNotFoundException($"{member.Process.Program} is missing: ./billing release builds it.");
    }

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
