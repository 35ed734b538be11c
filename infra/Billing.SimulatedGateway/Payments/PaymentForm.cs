using System.Globalization;

namespace Billing.SimulatedGateway.Payments;

/// <summary>A request for a payment, read and checked.</summary>
public sealed record PaymentForm
{
    static readonly string[] Known = ["amount", "currency", "customer", "payment_method", "confirm", "off_session", "description",
        "automatic_payment_methods[enabled]", "automatic_payment_methods[allow_redirects]"];

    // The smallest amount that the gateway takes, in minor units; one unit where nothing is listed.
    static readonly Dictionary<string, long> Minimum = new() { ["usd"] = 50, ["eur"] = 50, ["gbp"] = 30, ["jpy"] = 50 };

    public required long Amount { get; init; }
    public required string Currency { get; init; }
    public string? Customer { get; init; }
    public required string PaymentMethod { get; init; }
    public required Dictionary<string, string> Metadata { get; init; }
    public required string Fingerprint { get; init; }

    public string? ChargeId => Metadata.GetValueOrDefault("charge_id");

    public static (PaymentForm? Form, GatewayError? Refused) Read(IFormCollection form)
    {
        var (metadata, refused) = FormReading.Metadata(form, Known);
        if (metadata is null)
            return (null, refused);
        if (!long.TryParse(form["amount"], NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
            return (null, GatewayError.Invalid($"Invalid integer: '{form["amount"]}'", "parameter_invalid_integer", "amount"));
        var currency = form["currency"].ToString().ToLowerInvariant();
        if (currency.Length != 3 || !currency.All(char.IsAsciiLetterLower))
            return (null, GatewayError.Invalid($"Invalid currency: '{form["currency"]}'", "parameter_invalid_string_empty", "currency"));
        if (amount < Minimum.GetValueOrDefault(currency, 1))
            return (null, GatewayError.Invalid($"Amount must be at least {Minimum.GetValueOrDefault(currency, 1)} {currency} in minor units",
                "amount_too_small", "amount"));
        var method = form["payment_method"].ToString();
        if (method.Length == 0)
            return (null, GatewayError.Invalid("Missing required param: payment_method", "parameter_missing", "payment_method"));
        if (form["confirm"] != "true")
            return (null, GatewayError.Invalid("This gateway only takes payments with confirm=true", "parameter_missing", "confirm"));

        return (new PaymentForm
        {
            Amount = amount,
            Currency = currency,
            Customer = form["customer"] is [{ Length: > 0 } customer] ? customer : null,
            PaymentMethod = method,
            Metadata = metadata,
            Fingerprint = FormReading.Fingerprint("payment", form)
        }, null);
    }
}
