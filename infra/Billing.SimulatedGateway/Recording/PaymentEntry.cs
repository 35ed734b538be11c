using System.Text.Json.Serialization;

namespace Billing.SimulatedGateway.Recording;

/// <summary>One line of the gateway's own record: a capture, or an attempt that the card's bank refused.</summary>
public sealed record PaymentEntry
{
    public required string Id { get; init; }

    /// <summary>The caller's own id of the charge, from <c>metadata[charge_id]</c>.</summary>
    public string? ChargeId { get; init; }

    /// <summary>In the currency's minor unit.</summary>
    public required long Amount { get; init; }

    public required string Currency { get; init; }
    public string? Customer { get; init; }
    public required string PaymentMethod { get; init; }
    public required DateTimeOffset CapturedAt { get; init; }
    public required Dictionary<string, string> Metadata { get; init; }
    public required string IdempotencyKey { get; init; }

    /// <summary>Digest of the request's body: the same key with another body is refused.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>HTTP status of the first answer, which every repeat of the key gets again.</summary>
    public required int Answered { get; init; }

    /// <summary>Why the bank refused; null for a capture.</summary>
    public string? DeclineCode { get; init; }

    [JsonIgnore]
    public bool IsCapture => DeclineCode is null;
}
