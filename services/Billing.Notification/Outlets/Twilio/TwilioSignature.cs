using Microsoft.Extensions.Primitives;
using Twilio.Security;

namespace Billing.Notification.Outlets.Twilio;

/// <summary><c>X-Twilio-Signature</c> on a status callback, made with either of the account's tokens.</summary>
static class TwilioSignature
{
    public static bool IsGood(string? header, Uri address, IEnumerable<KeyValuePair<string, StringValues>> fields, IEnumerable<string?> tokens)
    {
        var form = fields.ToDictionary(field => field.Key, field => field.Value.ToString());
        return header is { Length: > 0 } && tokens.Where(token => token is { Length: > 0 })
            .Any(token => new RequestValidator(token).Validate(address.AbsoluteUri, form, header));
    }
}
