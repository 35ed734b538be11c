using System.Text;
using Stripe;

namespace Billing.MonthClose.Collect.Webhooks;

/// <summary>Stripe's signature of a webhook, checked by its own library.</summary>
static class StripeSignature
{
    /// <summary>Null when one signature is good and its time is near; else what is wrong, in words for whoever set the endpoint up.</summary>
    public static string? Fault(string? header, ReadOnlySpan<byte> body, IReadOnlyCollection<string> secrets, TimeSpan tolerance, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(header))
            return "The header Stripe-Signature is missing.";
        var text = Encoding.UTF8.GetString(body);
        var faults = secrets.Select(secret => FaultUnder(secret, header, text, tolerance, now)).ToList();
        return faults.Contains(null) ? null : string.Join(' ', faults.Distinct());
    }

    static string? FaultUnder(string secret, string header, string body, TimeSpan tolerance, DateTimeOffset now)
    {
        try
        {
            EventUtility.ValidateSignature(body, header, secret, (long)tolerance.TotalSeconds, now.ToUnixTimeSeconds());
            return null;
        }
        // The library reads the time as 32 bits, and only after the signature was good.
        catch (Exception bad) when (bad is StripeException or FormatException or OverflowException)
        {
            return bad.Message;
        }
    }
}
