using System.Text.Json.Serialization;
using Billing.SimulatedGateway.Recording;

namespace Billing.SimulatedGateway.Refunds;

/// <summary>A refund as Stripe's API shows it, as far as a biller reads it.</summary>
public sealed record Refund
{
    public required string Id { get; init; }
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "refund";
    public required long Amount { get; init; }
    public required string Currency { get; init; }
    public required string PaymentIntent { get; init; }
    public string? Reason { get; init; }

    /// <summary><c>succeeded</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    public string? FailureReason { get; init; }
    public required Dictionary<string, string> Metadata { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long Created { get; init; }

    public static Refund Of(RefundEntry entry) => new()
    {
        Id = entry.Id,
        Amount = entry.Amount,
        Currency = entry.Currency,
        PaymentIntent = entry.PaymentIntent,
        Reason = entry.Reason,
        Status = entry.IsRefunded ? "succeeded" : "failed",
        FailureReason = entry.FailureReason,
        Metadata = entry.Metadata,
        Created = entry.RefundedAt.ToUnixTimeSeconds()
    };
}

public sealed record RefundList
{
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "list";
    public string Url { get; init; } = "/v1/refunds";
    public required Refund[] Data { get; init; }
    public required bool HasMore { get; init; }
}
