using System.Text.Json.Serialization;
using Billing.SimulatedGateway.Recording;

namespace Billing.SimulatedGateway.Payments;

/// <summary>A payment as Stripe's API shows it, as far as a biller reads it.</summary>
public sealed record PaymentIntent
{
    public required string Id { get; init; }
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "payment_intent";
    public required long Amount { get; init; }
    public required long AmountReceived { get; init; }
    public required string Currency { get; init; }
    public string? Customer { get; init; }
    public string? PaymentMethod { get; init; }

    /// <summary><c>succeeded</c>, or <c>requires_payment_method</c> after a refusal.</summary>
    public required string Status { get; init; }

    public required Dictionary<string, string> Metadata { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long Created { get; init; }

    public GatewayError? LastPaymentError { get; init; }

    public static PaymentIntent Of(PaymentEntry entry) => new()
    {
        Id = entry.Id,
        Amount = entry.Amount,
        AmountReceived = entry.IsCapture ? entry.Amount : 0,
        Currency = entry.Currency,
        Customer = entry.Customer,
        PaymentMethod = entry.IsCapture ? entry.PaymentMethod : null,
        Status = entry.IsCapture ? "succeeded" : "requires_payment_method",
        Metadata = entry.Metadata,
        Created = entry.CapturedAt.ToUnixTimeSeconds(),
        LastPaymentError = entry.DeclineCode is { } code ? GatewayError.Declined(code) : null
    };
}

public sealed record SearchResult
{
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "search_result";
    public required PaymentIntent[] Data { get; init; }
    public bool HasMore { get; init; }
}

public sealed record PaymentIntentList
{
    [JsonPropertyName("object")]
    public string Kind { get; init; } = "list";
    public string Url { get; init; } = "/v1/payment_intents";
    public required PaymentIntent[] Data { get; init; }
    public required bool HasMore { get; init; }
}

public sealed record ErrorAnswer
{
    public required GatewayError Error { get; init; }
}

/// <summary>Why no money moved, or why the caller cannot know whether it did.</summary>
public sealed record GatewayError
{
    /// <summary><c>card_error</c>, <c>invalid_request_error</c>, <c>idempotency_error</c>, <c>rate_limit_error</c> or <c>api_error</c>.</summary>
    public required string Type { get; init; }

    public string? Code { get; init; }
    public string? DeclineCode { get; init; }
    public string? Param { get; init; }
    public required string Message { get; init; }
    public PaymentIntent? PaymentIntent { get; init; }

    /// <summary>An expired card is named in <see cref="Code"/>; every other refusal is <c>card_declined</c> with the bank's own code beside it.</summary>
    public static GatewayError Declined(string declineCode) => new()
    {
        Type = "card_error",
        Code = declineCode == "expired_card" ? "expired_card" : "card_declined",
        DeclineCode = declineCode,
        Message = $"The card was declined: {declineCode}."
    };

    public static GatewayError Invalid(string message, string code, string? param = null) =>
        new() { Type = "invalid_request_error", Code = code, Param = param, Message = message };
}
