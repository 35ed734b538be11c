namespace Billing.Contracts.Outcomes.V1;

/// <summary>Event. What became of one command. It leaves with the change that it tells of, as plain JSON.</summary>
/// <remarks>
/// Goes to the queue that the command named in AMQP's <c>replyTo</c>, with its <c>correlationId</c>; without one to the queue <c>outcomes</c>, when the command
/// came as plain JSON.
/// </remarks>
public sealed record CommandAnswered
{
    /// <summary>The exchange of the command, such as <c>Billing.Contracts.MonthClose.V1:PlaceHold</c>.</summary>
    public required string Command { get; init; }

    /// <summary><c>accepted</c>, <c>unchanged</c>, <c>rejected</c>, or <c>failed</c> when it is no fault of the command.</summary>
    public required string Outcome { get; init; }

    /// <summary>Who answers, such as <c>month-close</c>.</summary>
    public required string Service { get; init; }

    public required DateTimeOffset AnsweredAt { get; init; }

    /// <summary>Says in words that the installation runs by a test clock, and what that shows; left out where the real time is kept.</summary>
    public string? TestClock { get; init; }

    /// <summary>The command's own id; left out when its sender gave it none.</summary>
    public Guid? MessageId { get; init; }

    /// <summary>As the sender wrote it.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>What the command changed or found; empty unless it was accepted, and for one whose work only begins.</summary>
    public required CommandChange[] Changes { get; init; }

    /// <summary>How many changes are left out of a long list.</summary>
    public int MoreChanges { get; init; }

    /// <summary>Why nothing changed, or how it failed.</summary>
    public string? Because { get; init; }

    /// <summary>What is wrong with the command, when it was rejected.</summary>
    public required CommandFault[] Faults { get; init; }

    /// <summary>The queue in which a rejected or failed command waits until someone mends and moves it.</summary>
    public string? WaitsIn { get; init; }
}

/// <summary>One thing that a command changed or found.</summary>
public sealed record CommandChange
{
    /// <summary>What it is, such as <c>invoice</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Its key.</summary>
    public required string Id { get; init; }

    /// <summary>What happened to it, in the past tense.</summary>
    public required string What { get; init; }

    /// <summary>How it was, where that is known: a JSON object of the members that changed.</summary>
    public string? Before { get; init; }

    /// <summary>How it is now: a JSON object of the members that changed.</summary>
    public string? After { get; init; }
}

/// <summary>One thing that is wrong with a command.</summary>
public sealed record CommandFault
{
    /// <summary>The member, such as <c>Amount</c>, or <c>The body</c>.</summary>
    public required string Field { get; init; }

    /// <summary>What it holds, or <c>missing</c>. What is confidential is not shown.</summary>
    public required string Value { get; init; }

    /// <summary>What should stand there.</summary>
    public required string Expected { get; init; }
}
