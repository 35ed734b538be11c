using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Gateway;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>What the gateway's own record says of a month, read once for a pass. What it took does not change any more.</summary>
sealed class GatewayEvidence
{
    readonly Dictionary<Guid, Capture> _first = [];
    readonly List<Capture> _again = [];
    readonly List<Refunded> _refunds = [];
    readonly List<Disputed> _disputes = [];
    ILookup<string, Capture>? _byAccount;

    GatewayEvidence() { }

    public IReadOnlyDictionary<Guid, Capture> ByCharge => _first;

    /// <summary>What of the month's captures went back, or was asked back.</summary>
    public IReadOnlyList<Refunded> Refunds => _refunds;

    /// <summary>The month's captures that customers' banks took back.</summary>
    public IReadOnlyList<Disputed> Disputes => _disputes;

    /// <summary>What went back of a payment, as the record has it: who books it need not ask the gateway again while he holds an account's lock.</summary>
    public MoneyBack BackOf(string paymentId) => new(
        [.. _refunds.Where(refund => refund.PaymentId == paymentId && refund.IsGiven).Select(refund => refund.Made)],
        [.. _disputes.Where(dispute => dispute.PaymentId == paymentId).Select(dispute => dispute.Dispute)]);

    /// <summary>The first capture of each charge, of one account or of all.</summary>
    public IEnumerable<Capture> CapturesOf(string? accountId) =>
        accountId is null ? _first.Values : (_byAccount ??= _first.Values.ToLookup(capture => capture.AccountId))[accountId];

    /// <summary>Captures beyond the first of the same charge: there should be none.</summary>
    public IEnumerable<Capture> AgainOf(string? accountId) => _again.Where(capture => accountId is null || capture.AccountId == accountId);

    public static async Task<GatewayEvidence> ReadAsync(IGatewayRecord gateway, BillingPeriod period, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var evidence = new GatewayEvidence();
        await foreach (var capture in gateway.CapturesAsync(period.ToString(), since, cancellationToken))
            if (!evidence._first.TryAdd(capture.ChargeId, capture))
                evidence._again.Add(capture);
        var ofThisMonth = evidence._first.Values.Concat(evidence._again).Select(capture => capture.Id).ToHashSet(StringComparer.Ordinal);
        await foreach (var refund in gateway.RefundsAsync(since, cancellationToken))
            if (ofThisMonth.Contains(refund.PaymentId))
                evidence._refunds.Add(refund);
        await foreach (var dispute in gateway.DisputesAsync(since, cancellationToken))
            if (ofThisMonth.Contains(dispute.PaymentId))
                evidence._disputes.Add(dispute);
        return evidence;
    }
}
