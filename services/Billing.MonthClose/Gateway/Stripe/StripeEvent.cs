using System.Text.Json;
using System.Text.Json.Serialization;
using Stripe;

namespace Billing.MonthClose.Gateway.Stripe;

/// <summary>
/// What the gateway tells by itself, as far as it is read. The envelope is read here: the library reads the whole object as its own version of the API
/// has it, and an event of another version would be turned away instead of written down.
/// </summary>
sealed record StripeEvent
{
    public string? Id { get; init; }
    public string? Type { get; init; }
    public long? Created { get; init; }
    public StripeEventData? Data { get; init; }

    /// <summary>Null when what it tells of cannot be read as a payment.</summary>
    public PaymentIntent? Payment
    {
        get
        {
            try
            {
                return Data is { } data ? StripeEntity.FromJson<PaymentIntent>(data.Object.GetRawText()) : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>The gateway's own id of the payment that a refund or a dispute is about; null when it names none.</summary>
    public string? PaymentReference => Data is { Object: { ValueKind: JsonValueKind.Object } about } && about.TryGetProperty("payment_intent", out var payment)
        && payment.ValueKind == JsonValueKind.String ? payment.GetString() : null;

    /// <summary>Null when it cannot be read.</summary>
    public static StripeEvent? Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, StripeEventJson.Default.StripeEvent);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

sealed record StripeEventData
{
    public JsonElement Object { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StripeEvent), GenerationMode = JsonSourceGenerationMode.Metadata)]
sealed partial class StripeEventJson : JsonSerializerContext;
