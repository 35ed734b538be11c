using Billing.MonthClose.Calendar;

namespace Billing.MonthClose.Reconciling;

/// <summary>What the gateway's own record says of a month, read once for a pass. What it took does not change any more.</summary>
sealed class GatewayEvidence
{
    readonly Dictionary<Guid, GatewayRecord.Capture> _first = [];

    /// <summary>Captures beyond the first of the same charge: there should be none.</summary>
    public List<GatewayRecord.Capture> Again { get; } = [];

    public IReadOnlyDictionary<Guid, GatewayRecord.Capture> ByCharge => _first;

    public static async Task<GatewayEvidence> ReadAsync(GatewayRecord gateway, BillingPeriod period, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var evidence = new GatewayEvidence();
        await foreach (var capture in gateway.CapturesAsync(period.ToString(), since, cancellationToken))
            if (!evidence._first.TryAdd(capture.ChargeId, capture))
                evidence.Again.Add(capture);
        return evidence;
    }
}
