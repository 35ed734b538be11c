using System.Diagnostics.Metrics;

namespace Billing.Limits;

/// <summary><c>billing_limit_permits_total</c> by limit and how the use of the permit ended: answered, lost, or unused.</summary>
sealed class PermitCounter(IMeterFactory meters)
{
    readonly Counter<long> _permits = meters.Create("Billing.Limits").CreateCounter<long>(
        "billing.limit.permits", description: "Permits that were given back: after an answer, after none came, or without a use.");

    public void Ended(string name, Permit.Outcome outcome) => _permits.Add(1,
        new KeyValuePair<string, object?>("limit", name),
        new KeyValuePair<string, object?>("outcome", outcome switch { Permit.Outcome.Answered => "answered", Permit.Outcome.Lost => "lost", _ => "unused" }));
}
