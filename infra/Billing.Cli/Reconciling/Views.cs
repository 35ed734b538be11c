namespace Billing.Cli.Reconciling;

/// <summary>What <c>api/reconciliation</c> answers.</summary>
public sealed record ReconciliationState
{
    /// <summary>Drifts that are neither repaired nor gone.</summary>
    public int Unreconciled { get; init; }

    public DriftView[] Drifts { get; init; } = [];
    public PassView[] Passes { get; init; } = [];
}

public sealed record DriftView(Guid DriftId, string Class, string AccountId, string Detail, string State, string Act);

public sealed record PassView(Guid PassId, string Periods, int Accounts, int Found, int Repaired, int Parked, int Reported, int Gone, string Incomplete);
