using System.Text.Json.Serialization;

namespace Billing.SimulatedGateway.Recording;

/// <summary>One line of the gateway's own record of money that went back, or of a refund that the bank would not take.</summary>
public sealed record RefundEntry
{
    public required string Id { get; init; }

    /// <summary>The caller's own id of the refund, from <c>metadata[refund_id]</c>.</summary>
    public string? RefundId { get; init; }

    /// <summary>The payment that is given back.</summary>
    public required string PaymentIntent { get; init; }

    /// <summary>The caller's own id of the charge that is given back.</summary>
    public string? ChargeId { get; init; }

    /// <summary>The payment's <c>metadata[period]</c>.</summary>
    public string? Period { get; init; }

    public string? Customer { get; init; }

    /// <summary>In the currency's minor unit.</summary>
    public required long Amount { get; init; }

    public required string Currency { get; init; }
    public required DateTimeOffset RefundedAt { get; init; }

    /// <summary><c>duplicate</c>, <c>fraudulent</c> or <c>requested_by_customer</c>, if the caller gave one.</summary>
    public string? Reason { get; init; }

    public required Dictionary<string, string> Metadata { get; init; }
    public required string IdempotencyKey { get; init; }

    /// <summary>Digest of the request's body: the same key with another body is refused.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>HTTP status of the first answer, which every repeat of the key gets again.</summary>
    public required int Answered { get; init; }

    /// <summary>Why the bank would not take it; null when the money went back.</summary>
    public string? FailureReason { get; init; }

    [JsonIgnore]
    public bool IsRefunded => FailureReason is null;
}
