using Billing.Contracts.Outcomes.V1;

namespace Billing.Cli.Publishing;

/// <summary>What became of a command, for people.</summary>
public static class OutcomeText
{
    /// <param name="answer">Null when nobody has told it.</param>
    /// <param name="waited">How long it was waited for; zero when nobody wanted to know.</param>
    public static IEnumerable<string> Of(CommandAnswered? answer, TimeSpan waited)
    {
        if (answer is null)
            return waited == TimeSpan.Zero ? [] : [$"No answer within {waited.TotalSeconds:0} s: it waits for its service, or is being worked on."];
        string[] first = [answer.Because is { } because ? $"{answer.Outcome}: {because}" : answer.Outcome];
        return
        [
            .. first,
            .. answer.Changes.Select(change => $"  {change.Subject} {change.Id} {change.What}{Members(change)}"),
            .. answer.MoreChanges > 0 ? [$"  and {answer.MoreChanges} more"] : Array.Empty<string>(),
            .. answer.Faults.Select(fault => $"  {fault.Field} is {fault.Value}; expected {fault.Expected}"),
            .. answer.TestClock is { } test ? [$"  {test}"] : Array.Empty<string>(),
            .. answer.WaitsIn is { } queue ? [$"  it waits in {queue}"] : Array.Empty<string>()
        ];
    }

    static string Members(CommandChange change) => (change.Before, change.After) switch
    {
        (null, null) => "",
        (null, { } after) => $": {after}",
        ({ } before, null) => $": was {before}",
        var (before, after) => $": {before} became {after}"
    };
}
