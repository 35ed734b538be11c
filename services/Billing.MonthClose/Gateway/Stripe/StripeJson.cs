using System.Text.Json;
using System.Text.Json.Serialization;

namespace Billing.MonthClose.Gateway.Stripe;

/// <summary>A payment, as far as it is read.</summary>
sealed record StripePayment
{
    public string? Id { get; init; }
    public string? Status { get; init; }
    public long? Amount { get; init; }
    public string? Currency { get; init; }
    public string? Customer { get; init; }
    public Dictionary<string, string>? Metadata { get; init; }
    public StripeError? LastPaymentError { get; init; }
}

/// <summary>A refund, as far as it is read.</summary>
sealed record StripeRefund
{
    public string? Id { get; init; }
    public string? Status { get; init; }
    public string? FailureReason { get; init; }
    public long? Amount { get; init; }
    public string? Currency { get; init; }
    public string? PaymentIntent { get; init; }
    public Dictionary<string, string>? Metadata { get; init; }
}

/// <summary>What the gateway tells by itself.</summary>
sealed record StripeEvent
{
    public string? Id { get; init; }
    public string? Type { get; init; }
    public long? Created { get; init; }
    public StripeEventData? Data { get; init; }

    public StripePayment? Payment => Data?.Object.Deserialize(StripeJson.Default.StripePayment);
}

sealed record StripeEventData
{
    public JsonElement Object { get; init; }
}

sealed record StripePage<T>
{
    public T[]? Data { get; init; }
    public bool HasMore { get; init; }
}

sealed record StripeErrorBody
{
    public StripeError? Error { get; init; }
}

sealed record StripeError
{
    public string? Type { get; init; }
    public string? Code { get; init; }
    public string? DeclineCode { get; init; }
    public string? AdviceCode { get; init; }
    public string? Param { get; init; }
    public string? Message { get; init; }
    public StripePayment? PaymentIntent { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StripePayment))]
[JsonSerializable(typeof(StripeRefund))]
[JsonSerializable(typeof(StripePage<StripePayment>))]
[JsonSerializable(typeof(StripePage<StripeRefund>))]
[JsonSerializable(typeof(StripeErrorBody))]
[JsonSerializable(typeof(StripeEvent))]
sealed partial class StripeJson : JsonSerializerContext
{
    /// <summary>Null when it cannot be read: half an answer is none.</summary>
    public static T? Read<T>(byte[] body)
        where T : class
    {
        try
        {
            return (T?)JsonSerializer.Deserialize(body, typeof(T), Default);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
