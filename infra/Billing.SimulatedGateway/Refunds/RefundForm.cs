using System.Globalization;
using Billing.SimulatedGateway.Payments;

namespace Billing.SimulatedGateway.Refunds;

/// <summary>A request for a refund, read and checked as far as that can be done without the payment.</summary>
public sealed record RefundForm
{
    static readonly string[] Known = ["payment_intent", "amount", "reason"];
    static readonly string[] Reasons = ["duplicate", "fraudulent", "requested_by_customer"];

    public required string PaymentIntent { get; init; }

    /// <summary>In minor units; null for all that is left.</summary>
    public long? Amount { get; init; }

    public string? Reason { get; init; }
    public required Dictionary<string, string> Metadata { get; init; }
    public required string Fingerprint { get; init; }

    public static (RefundForm? Form, GatewayError? Refused) Read(IFormCollection form)
    {
        var (metadata, refused) = FormReading.Metadata(form, Known);
        if (metadata is null)
            return (null, refused);
        var intent = form["payment_intent"].ToString();
        if (intent.Length == 0)
            return (null, GatewayError.Invalid("One of the following params should be provided for this request: payment_intent or charge.",
                "parameter_missing", "payment_intent"));
        long? amount = null;
        if (form.ContainsKey("amount"))
        {
            if (!long.TryParse(form["amount"], NumberStyles.None, CultureInfo.InvariantCulture, out var given) || given == 0)
                return (null, GatewayError.Invalid($"Invalid positive integer: '{form["amount"]}'", "parameter_invalid_integer", "amount"));
            amount = given;
        }

        var reason = form["reason"] is [{ Length: > 0 } text] ? text : null;
        if (reason is not null && !Reasons.Contains(reason))
            return (null, GatewayError.Invalid($"Invalid reason: must be one of {string.Join(", ", Reasons)}", "parameter_unknown", "reason"));
        return (new RefundForm
        {
            PaymentIntent = intent,
            Amount = amount,
            Reason = reason,
            Metadata = metadata,
            Fingerprint = FormReading.Fingerprint("refund", form)
        }, null);
    }
}
