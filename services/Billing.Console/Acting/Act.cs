using Billing.Console.Live;
using Billing.Console.Reading;
using Billing.Console.Viewing;
using Billing.Hosting.Http;

namespace Billing.Console.Acting;

/// <summary>Something that a person may do from here.</summary>
/// <param name="Name">As it stands in the address.</param>
/// <param name="Needs">Who may.</param>
/// <param name="Propose">Reads what is at stake, and says what would be done.</param>
public sealed record Act(string Name, Rights Needs, Func<Look, Task<Proposal>> Propose);

/// <summary>What would be done, before somebody confirms it.</summary>
/// <param name="Title">What it is, with its object.</param>
/// <param name="Verb">On the button.</param>
public sealed record Proposal(string Title, string Verb)
{
    /// <summary>What follows from it.</summary>
    public IReadOnlyList<string> Says { get; init; } = [];

    /// <summary>The accounts and the money, by name.</summary>
    public IReadOnlyList<Stake> Stakes { get; init; } = [];

    /// <summary>What the person still has to say.</summary>
    public IReadOnlyList<Field> Fields { get; init; } = [];

    /// <summary>Why it cannot be done now.</summary>
    public string? Impossible { get; init; }

    /// <summary>It cannot be taken back.</summary>
    public bool IsGrave { get; init; }

    /// <summary>Whose figures it changes.</summary>
    public Upstream Service { get; init; } = Upstream.MonthClose;

    /// <summary>The command that is sent; null for one that has its own way.</summary>
    public Func<Filled, object>? Command { get; init; }

    /// <summary>Its own way: it tells what became of it, in one sentence.</summary>
    public Func<Filled, CancellationToken, Task<string>>? Way { get; init; }

    public static Proposal Refused(string title, string because) => new(title, "") { Impossible = because };
}

/// <summary>What is at stake, such as <c>Accounts</c> and their names.</summary>
public sealed record Stake(string Name, string Text);

/// <param name="Name">In the form.</param>
/// <param name="Label">As the person reads it.</param>
/// <param name="Value">What stands there first.</param>
/// <param name="Kind">Of the input: <c>text</c> or <c>hidden</c>.</param>
/// <param name="IsRequired">It must be said.</param>
public sealed record Field(string Name, string Label, string Value = "", string Kind = "text", bool IsRequired = true)
{
    /// <summary>Nobody writes longer ones.</summary>
    public const int Longest = 200;
}

/// <summary>What the person said.</summary>
/// <param name="By">Who.</param>
public sealed record Filled(IReadOnlyDictionary<string, string> Values, string By)
{
    public string this[string name] => Values.GetValueOrDefault(name, "");
}
