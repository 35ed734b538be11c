using System.Diagnostics.Metrics;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary><c>billing_charges_open</c> by state, as the last sweep counted them: pending, unknown, and unresolved, which wait for a person.</summary>
sealed class OpenCharges
{
    long _pending;
    long _unknown;
    long _unresolved;

    public OpenCharges(IMeterFactory meters) =>
        meters.Create("Billing.MonthClose").CreateObservableGauge("billing.charges.open", Read,
            description: "Charges whose outcome nobody knows yet, by state; the unresolved wait for a person.");

    public long Unresolved => Volatile.Read(ref _unresolved);

    public void Set(int pending, int unknown, int unresolved)
    {
        Volatile.Write(ref _pending, pending);
        Volatile.Write(ref _unknown, unknown);
        Volatile.Write(ref _unresolved, unresolved);
    }

    Measurement<long>[] Read() =>
    [
        new(Volatile.Read(ref _pending), new KeyValuePair<string, object?>("state", "pending")),
        new(Volatile.Read(ref _unknown), new KeyValuePair<string, object?>("state", "unknown")),
        new(Volatile.Read(ref _unresolved), new KeyValuePair<string, object?>("state", "unresolved"))
    ];
}
