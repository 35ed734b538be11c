using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Billing.Notification.Outlets.Twilio;

/// <summary><c>X-Twilio-Signature</c>: HMAC-SHA1, under the account's token, of the address that was called and of every field's name and value, sorted by name.</summary>
static class TwilioSignature
{
    public static bool IsGood(string? header, Uri address, IEnumerable<KeyValuePair<string, StringValues>> fields, IEnumerable<string?> tokens)
    {
        var given = Encoding.ASCII.GetBytes(header ?? "");
        var said = string.Concat(fields.OrderBy(field => field.Key, StringComparer.Ordinal).SelectMany(field => field.Value.Distinct().Order(StringComparer.Ordinal), (field, value) => field.Key + value));
        var good = false;
        foreach (var token in tokens.Where(token => !string.IsNullOrEmpty(token)))
            foreach (var called in WithAndWithoutPort(address))
                good |= CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(Sign(called + said, token!)));
        return good;
    }

#pragma warning disable CA5350 // the scheme is Twilio's; as a keyed hash SHA-1 still holds
    static string Sign(string text, string token) => Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350

    /// <summary>Twilio signs the port sometimes, and sometimes not.</summary>
    static IEnumerable<string> WithAndWithoutPort(Uri address)
    {
        var rest = address.GetComponents(UriComponents.PathAndQuery, UriFormat.UriEscaped);
        var user = address.UserInfo.Length > 0 ? $"{address.UserInfo}@" : "";
        yield return $"{address.Scheme}://{user}{address.Host}{rest}";
        yield return $"{address.Scheme}://{user}{address.Host}:{address.Port}{rest}";
    }
}
