namespace Billing.Simulation;

/// <summary>What keeps the books right, each of which can be taken out here and nowhere else: then a violation has to be found.</summary>
sealed record Guards
{
    public static readonly Guards All = new();

    /// <summary>Every guard by its name on the command line, and how it is taken out.</summary>
    public static readonly IReadOnlyDictionary<string, Func<Guards, Guards>> Switches = new Dictionary<string, Func<Guards, Guards>>(StringComparer.Ordinal)
    {
        ["inbox"] = guards => guards with { Inbox = false },
        ["outbox"] = guards => guards with { Outbox = false },
        ["outbox-sweep"] = guards => guards with { OutboxSweep = false },
        ["charge-sweep"] = guards => guards with { ChargeSweep = false },
        ["account-lock"] = guards => guards with { AccountLock = false },
        ["one-open-charge"] = guards => guards with { OneOpenCharge = false },
        ["look"] = guards => guards with { Look = false, Key = false },      // the gateway's own memory would cover for it
        ["patience"] = guards => guards with { Patience = false },
        ["key"] = guards => guards with { Key = false },
        ["taken-up"] = guards => guards with { TakenUp = false },
        ["late-answer"] = guards => guards with { LateAnswer = false },
        ["one-succeeded-charge"] = guards => guards with { OneSucceededCharge = false },
        ["one-invoice"] = guards => guards with { OneInvoice = false }
    };

    /// <param name="names">Those of other worlds are passed over.</param>
    public static Guards Without(params IEnumerable<string> names) =>
        names.Where(Switches.ContainsKey).Aggregate(All, (guards, name) => Switches[name](guards));

    /// <summary>What was consumed is remembered.</summary>
    public bool Inbox { get; init; } = true;

    /// <summary>What a transaction says leaves only when it is committed.</summary>
    public bool Outbox { get; init; } = true;

    /// <summary>What a dead process had committed and not sent is sent by another.</summary>
    public bool OutboxSweep { get; init; } = true;

    /// <summary>Charges to which nobody comes back are looked for.</summary>
    public bool ChargeSweep { get; init; } = true;

    /// <summary>Nobody else works on an account between what a step reads of it and what it writes.</summary>
    public bool AccountLock { get; init; } = true;

    /// <summary>The unique index on open charges.</summary>
    public bool OneOpenCharge { get; init; } = true;

    /// <summary>The gateway is asked what it knows before a charge that was left behind is asked for again.</summary>
    public bool Look { get; init; } = true;

    /// <summary>"I know of no such charge" is believed only when no request can be under way any more.</summary>
    public bool Patience { get; init; } = true;

    /// <summary>Who takes a charge up writes that down, so that the other does not believe that his own request was the only one.</summary>
    public bool TakenUp { get; init; } = true;

    /// <summary>An answer to a charge whose outcome is booked is passed over.</summary>
    public bool LateAnswer { get; init; } = true;

    /// <summary>The unique index on succeeded charges.</summary>
    public bool OneSucceededCharge { get; init; } = true;

    /// <summary>The unique index on the invoices of an account and a month.</summary>
    public bool OneInvoice { get; init; } = true;

    /// <summary>The gateway's own memory of keys.</summary>
    public bool Key { get; init; } = true;
}
