using System.Text.Json.Serialization;
using Billing.SimulatedGateway.Disputes;
using Billing.SimulatedGateway.Payments;
using Billing.SimulatedGateway.Recording;
using Billing.SimulatedGateway.Refunds;
using Billing.SimulatedGateway.Rules;
using Billing.SimulatedGateway.Webhooks;

namespace Billing.SimulatedGateway;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PaymentEntry))]
[JsonSerializable(typeof(PaymentIntent))]
[JsonSerializable(typeof(PaymentIntentList))]
[JsonSerializable(typeof(RefundEntry))]
[JsonSerializable(typeof(Refund))]
[JsonSerializable(typeof(RefundList))]
[JsonSerializable(typeof(DisputeEntry))]
[JsonSerializable(typeof(Dispute))]
[JsonSerializable(typeof(DisputeList))]
[JsonSerializable(typeof(DisputeWish))]
[JsonSerializable(typeof(SearchResult))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(GatewayRules))]
[JsonSerializable(typeof(RecordTotals))]
[JsonSerializable(typeof(RuleRefusal))]
[JsonSerializable(typeof(ClockWish))]
[JsonSerializable(typeof(WebhookRules))]
[JsonSerializable(typeof(WebhookFigures))]
sealed partial class GatewayJson : JsonSerializerContext;
