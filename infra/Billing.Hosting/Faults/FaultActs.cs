using System.Text.RegularExpressions;
using Billing.Hosting.Outcomes;
using MassTransit;

namespace Billing.Hosting.Faults;

/// <summary>What commands do with the messages that a service has set aside. Each service has commands of its own, so that no other one hears them.</summary>
public sealed partial class FaultActs
{
    const int LongestWho = 200;
    const int LongestWhy = 1000;

    readonly FaultBook _faults;
    readonly FaultHerald _herald;

    internal FaultActs(FaultBook faults, FaultHerald herald) => (_faults, _herald) = (faults, herald);

    /// <exception cref="CommandRejectedException">A member is not what was expected.</exception>
    public async Task ReplayAsync(ConsumeContext context, string cause, string? by)
    {
        Check("ReplayFaults", cause, by);
        Tell(cause, "replayed", await _faults.ReplayAsync(cause, by, context.CancellationToken));
    }

    /// <inheritdoc cref="ReplayAsync"/>
    public async Task DiscardAsync(ConsumeContext context, string cause, string why, string? by)
    {
        Check("DiscardFaults", cause, by);
        if (string.IsNullOrWhiteSpace(why) || why.Length > LongestWhy || why.Any(char.IsControl))
            throw CommandRejected.Because("DiscardFaults", "Reason", Shown(why), $"1 to {LongestWhy} characters, none of them a control character");
        Tell(cause, "discarded", await _faults.DiscardAsync(cause, why, by, context.CancellationToken));
    }

    static void Check(string command, string cause, string? by)
    {
        if (!Cause().IsMatch(cause))
            throw CommandRejected.Because(command, "Cause", Shown(cause), "eight hexadecimal digits, as GET /api/faults shows a cause");
        if (by is not null && (by.Length > LongestWho || by.Any(char.IsControl)))
            throw CommandRejected.Because(command, "RequestedBy", Shown(by), $"at most {LongestWho} characters, none of them a control character");
    }

    void Tell(string cause, string what, int count)
    {
        _herald.Forget(cause);
        if (count == 0)
            CommandOutcome.Unchanged("no message of this cause is set aside");
        else
            CommandOutcome.Changed("fault", cause, what, after: new { count });
    }

    static string Shown(string text) => Texts.Shortening.ShortenedTo(text, 80);

    [GeneratedRegex(@"^[0-9a-f]{8}\z")]
    private static partial Regex Cause();
}
