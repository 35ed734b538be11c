using Billing.MonthClose.Books.Drifts;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>What a check looks at: the accounts of one run, one of them, or a month of the ledger.</summary>
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

    /// <summary>Entries up to the end of this month, as 202610, are read as stored subtotals; 0 for none, so that every entry is read.</summary>
    public int Through { get; init; }

    /// <summary>The month of the ledger whose entries are compared with its stored subtotals, as 202610; null for none.</summary>
    public int? ProvedMonth { get; init; }

    /// <summary>Every entry is read: of one account under its lock, or because a person asks for the month.</summary>
    public bool IsWhole => AccountId is not null || Through == 0;
}

/// <summary>Looks for one class of drift. It changes nothing while it looks.</summary>
abstract class DriftCheck(string driftClass)
{
    public string Class { get; } = driftClass;

    /// <summary>Whether it needs the gateway's record; without it, it is left out of a pass, and the pass says so.</summary>
    public virtual bool NeedsGateway => false;

    /// <summary>False where it cannot look, or is not asked to: what it found before stays as it is.</summary>
    public virtual bool LooksAt(Scope scope) => !NeedsGateway || scope.Gateway is not null;

    public abstract Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken);

    /// <summary>
    /// Puts it right, under the account's lock and in the caller's transaction, and says what it did. Null when the books do not say how: then the
    /// drift is parked.
    /// </summary>
    public virtual Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    protected Difference Found(string accountId, object subject, string detail, Guid? invoiceId = null, Guid? chargeId = null) =>
        new(Class, accountId, subject.ToString()!, detail) { InvoiceId = invoiceId, ChargeId = chargeId };
}
