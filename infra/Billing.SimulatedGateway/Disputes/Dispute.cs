using System.Text.Json.Serialization;
using Billing.SimulatedGateway.Recording;

namespace Billing.SimulatedGateway.Disputes;

/// <summary>A dispute as Stripe's API shows it, as far as a biller reads it.</summary>
public sealed record Dispute
{
    public required string Id { get; init; }
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "dispute";
    public required long Amount { get; init; }
    public required string Currency { get; init; }
    public required string PaymentIntent { get; init; }
    public string Reason { get; init; } = "general";
    public required string Status { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long Created { get; init; }

    public static Dispute Of(DisputeEntry entry) => new()
    {
        Id = entry.Id,
        Amount = entry.Amount,
        Currency = entry.Currency,
        PaymentIntent = entry.PaymentIntent,
        Status = entry.Status,
        Created = entry.OpenedAt.ToUnixTimeSeconds()
    };
}

public sealed record DisputeList
{
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "list";
    public string Url { get; init; } = "/v1/disputes";
    public required Dispute[] Data { get; init; }
    public required bool HasMore { get; init; }
}

/// <summary>What a customer's bank decides, told to the simulator.</summary>
public sealed record DisputeWish
{
    public required string PaymentIntent { get; init; }

    /// <summary><c>needs_response</c> opens it, and the money is gone; <c>won</c> brings it back; <c>lost</c> does not.</summary>
    public required string Status { get; init; }

    public string? Fault() => Status is "needs_response" or "won" or "lost" ? null : $"status is {Status}; expected needs_response, won or lost";
}
