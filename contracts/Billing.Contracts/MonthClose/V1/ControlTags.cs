namespace Billing.Contracts.MonthClose.V1;

/// <summary>Command. Says what is switched off for an account from now on, in the middle of a run too. Tags that are not named are taken off.</summary>
/// <remarks>Answered by <see cref="ControlTagsSet"/> when something is new. What a tag kept from being charged is charged when the tag is taken off.</remarks>
public sealed record SetControlTags
{
    public required string AccountId { get; init; }

    /// <summary>
    /// All that is to be in force: <c>AutoPayOff</c> (nothing is charged), <c>AutoInvoicingOff</c> (no month is invoiced; what was used and the
    /// fees of the months between stand on the first invoice after the tag is taken off), <c>NoDunning</c> (no hold, whatever is refused), <c>ManualPay</c>
    /// (paid by transfer),
    /// <c>WrittenOff</c> (the customer is given up: nothing is charged, nothing is enforced). None for an ordinary account.
    /// </summary>
    public required string[] Tags { get; init; }

    public required string Reason { get; init; }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Event. The tags in force for an account, those that follow from its registration included.</summary>
public sealed record ControlTagsSet
{
    public required string AccountId { get; init; }
    public required string[] Tags { get; init; }

    /// <summary>The account's version with them.</summary>
    public required int Version { get; init; }
}
