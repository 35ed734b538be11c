using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Billing.MonthClose.Collect.Webhooks;

/// <summary>
/// Stripe's signature of a webhook: <c>t=1492774577,v1=5257a8…,v1=…,v0=…</c>, where each v1 is the HMAC-SHA256 of the time, a dot and the raw body
/// under one of the endpoint's secrets. Other schemes are passed over, so that nobody can talk us down to a weaker one.
/// </summary>
static class StripeSignature
{
    /// <summary>Null when one signature is good and its time is near; else what is wrong, in words for whoever set the endpoint up.</summary>
    public static string? Fault(string? header, ReadOnlySpan<byte> body, IReadOnlyCollection<string> secrets, TimeSpan tolerance, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(header))
            return "The header Stripe-Signature is missing.";
        long? time = null;
        var given = new List<byte[]>();
        foreach (var part in header.Split(','))
        {
            var (name, value) = part.IndexOf('=') is > 0 and var at ? (part[..at].Trim(), part[(at + 1)..].Trim()) : ("", "");
            if (name == "t" && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                time = seconds;
            else if (name == "v1" && Bytes(value) is { } signature)
                given.Add(signature);
        }

        if (time is null)
            return "The header Stripe-Signature has no time (t=…).";
        if (given.Count == 0)
            return "The header Stripe-Signature has no signature of the scheme v1.";
        if (!IsSignedBy(secrets, time.Value, body, given))
            return "No signature fits the body and a secret of this endpoint. Is the body passed on unchanged, and is the secret this endpoint's own?";
        // Only now: to whoever does not know the secret, the time says nothing.
        return Math.Abs(now.ToUnixTimeSeconds() - (decimal)time.Value) <= (decimal)tolerance.TotalSeconds ? null
            : $"The signature's time is more than {tolerance.TotalSeconds:0} s from ours: an old message sent again, or a clock that is wrong.";
    }

    static bool IsSignedBy(IReadOnlyCollection<string> secrets, long time, ReadOnlySpan<byte> body, List<byte[]> given)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{time}.")), .. body];
        var good = false;
        foreach (var secret in secrets)
        {
            var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed);
            foreach (var signature in given)
                good |= CryptographicOperations.FixedTimeEquals(expected, signature);
        }

        return good;
    }

    static byte[]? Bytes(string hex)
    {
        try
        {
            return hex.Length == 64 ? Convert.FromHexString(hex) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
