using System.Text.Encodings.Web;
using System.Text.Json;
using Billing.Contracts.Outcomes.V1;
using MassTransit;

namespace Billing.Hosting.Outcomes;

/// <summary>
/// What a consumer tells of the command that it obeys. Whoever changes something says so here, at any depth; it reaches the sender when he wants to know it,
/// and costs nothing when he does not.
/// </summary>
public sealed class CommandOutcome
{
    /// <summary>So many changes are told; the others are counted.</summary>
    const int MostChanges = 20;

    const string NothingTold = "everything is already as the command says";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly AsyncLocal<CommandOutcome?> Flowing = new();

    readonly Lock _gate = new();
    readonly List<CommandChange> _changes = [];
    int _more;
    string? _because;
    string? _reasons;

    /// <summary>Of the command that is being consumed; null when nobody asked for its outcome.</summary>
    public static CommandOutcome? Current => Flowing.Value;

    /// <summary>It is in the transaction of the consumer, and need not be told again.</summary>
    internal bool IsTold { get; set; }

    /// <param name="subject">What changed, such as <c>invoice</c>.</param>
    /// <param name="id">Its key.</param>
    /// <param name="what">What happened to it, in the past tense.</param>
    /// <param name="before">The members that change, as they were; nothing confidential. An anonymous object will do, or JSON.</param>
    /// <param name="after">The members that change, as they are now.</param>
    public static void Changed(string subject, string id, string what, object? before = null, object? after = null) =>
        Current?.Add(subject, id, what, before, after);

    /// <summary>Nothing had to be done. A change that is told beside it outweighs it.</summary>
    /// <param name="because">A clause, such as <c>the account has these tags already</c>.</param>
    public static void Unchanged(string because)
    {
        if (Current is { } outcome)
            outcome._because = because;
    }

    /// <summary>The outcome of one message of a batch, which is consumed in other company.</summary>
    public static CommandOutcome? Of(ConsumeContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.TryGetPayload<CommandOutcome>(out var outcome) ? outcome : null;
    }

    public void Add(string subject, string id, string what, object? before = null, object? after = null)
    {
        lock (_gate)
        {
            if (_changes.Count < MostChanges)
                _changes.Add(new CommandChange { Subject = subject, Id = id, What = what, Before = JsonOf(before), After = JsonOf(after) });
            else
                _more++;
        }
    }

    public void NothingChanged(string because) => _because = because;

    /// <summary>It is kept, and not obeyed: whoever reads its record later finds the same reasons.</summary>
    /// <param name="reasons">A sentence for each member: the field, what it holds, and what was expected.</param>
    public void Reject(string reasons) => _reasons = reasons;

    internal static void Flow(CommandOutcome outcome) => Flowing.Value = outcome;

    /// <summary>An attempt begins: what another one told was rolled back.</summary>
    internal void Forget()
    {
        lock (_gate)
            _changes.Clear();
        (_more, _because, _reasons, IsTold) = (0, null, null, false);
    }

    static string? JsonOf(object? members) => members is null or string ? (string?)members : JsonSerializer.Serialize(members, Json);

    /// <param name="answer">Without an outcome.</param>
    internal CommandAnswered Told(CommandAnswered answer)
    {
        lock (_gate)
            return _changes.Count > 0 ? answer with { Outcome = "accepted", Changes = [.. _changes], MoreChanges = _more }
                : _reasons is not null ? answer with { Outcome = "rejected", Faults = OutcomeSender.FaultsOf(_reasons) }
                : answer with { Outcome = "unchanged", Because = _because ?? NothingTold };
    }
}
