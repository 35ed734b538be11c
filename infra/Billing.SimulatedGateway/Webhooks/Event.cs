using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.SimulatedGateway.Disputes;
using Billing.SimulatedGateway.Payments;
using Billing.SimulatedGateway.Recording;

namespace Billing.SimulatedGateway.Webhooks;

/// <summary>An event as Stripe sends it: the whole object in <c>data.object</c>.</summary>
public sealed record Event(string Id, string Type, string Who, byte[] Body)
{
    const string Version = "2025-03-31.basil";

    public static Event Of(PaymentEntry entry) => Make(
        entry.IsCapture ? "payment_intent.succeeded" : "payment_intent.payment_failed", entry.Customer
            ?? entry.IdempotencyKey, entry.CapturedAt, entry.IdempotencyKey,
        JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(PaymentIntent.Of(entry), GatewayJson.Default.PaymentIntent))!);

    /// <summary>Money went back: Stripe tells it of the charge behind the payment.</summary>
    public static Event Of(RefundEntry entry, PaymentEntry payment, long refunded) => Make(
        "charge.refunded", entry.Customer ?? entry.IdempotencyKey, entry.RefundedAt, entry.IdempotencyKey, new JsonObject
        {
            ["id"] = $"ch_{payment.Id[3..]}",
            ["object"] = "charge",
            ["amount"] = payment.Amount,
            ["amount_captured"] = payment.Amount,
            ["amount_refunded"] = refunded,
            ["currency"] = payment.Currency,
            ["customer"] = payment.Customer,
            ["payment_intent"] = payment.Id,
            ["refunded"] = refunded == payment.Amount,
            ["status"] = "succeeded",
            ["metadata"] = new JsonObject([.. payment.Metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))])
        });

    /// <summary>A bank took money back, or gave it again: Stripe tells it of the dispute, which does not bear the payment's metadata.</summary>
    public static Event Of(DisputeEntry entry, DateTimeOffset at) => Make(
        entry.Status switch { "won" => "charge.dispute.funds_reinstated", "lost" => "charge.dispute.closed", _ => "charge.dispute.funds_withdrawn" },
        entry.PaymentIntent, at, entry.Id, JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(Dispute.Of(entry), GatewayJson.Default.Dispute))!);

    /// <summary><c>t=…,v1=…</c>, where each v1 is the HMAC-SHA256 of the time, a dot and the body.</summary>
    public string Sign(DateTimeOffset now, params IEnumerable<string> secrets)
    {
        var time = now.ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{time}."), .. Body];
        var signatures = secrets.Select(secret => $"v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}");
        return $"t={time},{string.Join(',', signatures)}";
    }

    static Event Make(string type, string who, DateTimeOffset at, string key, JsonNode about)
    {
        var id = $"evt_{Guid.NewGuid():N}";
        var body = new JsonObject
        {
            ["id"] = id,
            ["object"] = "event",
            ["api_version"] = Version,
            ["created"] = at.ToUnixTimeSeconds(),
            ["data"] = new JsonObject { ["object"] = about },
            ["livemode"] = false,
            ["pending_webhooks"] = 1,
            ["request"] = new JsonObject { ["id"] = null, ["idempotency_key"] = key },
            ["type"] = type
        };
        return new Event(id, type, who, Encoding.UTF8.GetBytes(body.ToJsonString()));
    }
}
