using Billing.MonthClose.Books.Drifts;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>What a check looks at: the accounts of one run, or one of them.</summary>
sealed record Scope
{
    public required Guid RunId { get; init; }
    public required int Period { get; init; }

    /// <summary>Only this account: what was found is looked at again under its lock.</summary>
    public string? AccountId { get; init; }

    /// <summary>What changed after it is still on its way.</summary>
    public required DateTimeOffset Before { get; init; }

    /// <summary>What the gateway says it took; null when it could not be asked.</summary>
    public GatewayEvidence? Gateway { get; init; }

    public required int Most { get; init; }
}

/// <summary>Looks for one class of drift. It changes nothing while it looks.</summary>
abstract class DriftCheck(string driftClass)
{
    public string Class { get; } = driftClass;

    /// <summary>Whether it needs the gateway's record; without it, it is left out of a pass, and the pass says so.</summary>
    public virtual bool NeedsGateway => false;

    public abstract Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken);

    /// <summary>
    /// Puts it right, under the account's lock and in the caller's transaction, and says what it did. Null when the books do not say how: then the
    /// drift is parked.
    /// </summary>
    public virtual Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    protected Difference Found(string accountId, object subject, string detail, Guid? invoiceId = null, Guid? chargeId = null) =>
        new(Class, accountId, subject.ToString()!, detail) { InvoiceId = invoiceId, ChargeId = chargeId };
}
