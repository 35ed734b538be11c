using System.ComponentModel.DataAnnotations;
using Billing.Hosting.Validation;

namespace Billing.Notification.Settings;

/// <summary>Twilio's Messages API, or a gateway that speaks as it does. Without an account, an SMS becomes a file in the pickup folder.</summary>
public sealed class TwilioOptions : IValidatableObject
{
    public const string Section = "Twilio";

    /// <summary>Below the public address; the message's id follows.</summary>
    internal const string CallbackPath = "webhooks/twilio";

    /// <summary>Default Twilio's own.</summary>
    [Required]
    public Uri BaseAddress { get; set; } = new("https://api.twilio.com/");

    /// <summary>The account, <c>AC…</c>; also the user's name. Not set by default: SMS become files.</summary>
    public string? AccountSid { get; set; }

    /// <summary>The account's token. It is the password, and the key of the signature on status callbacks.</summary>
    public string? AuthToken { get; set; }

    /// <summary>The account's second token, while the first is being changed: callbacks signed with either are taken.</summary>
    public string? SecondAuthToken { get; set; }

    /// <summary>Number or name from which messages come; or <see cref="MessagingServiceSid"/>.</summary>
    public string? From { get; set; }

    /// <summary><c>MG…</c>: Twilio picks the number.</summary>
    public string? MessagingServiceSid { get; set; }

    /// <summary>
    /// Address under which Twilio reaches this service, such as <c>https://billing.example.com/</c>. With it Twilio says how each message ended, and a lost
    /// answer need not lead to a second message. Without it no callbacks are asked for.
    /// </summary>
    public Uri? PublicAddress { get; set; }

    /// <summary>How long Twilio may take for one message, 1 s to 15 s, before its answer counts as lost. Default 10 s.</summary>
    [Duration("00:00:01", "00:00:15")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may take to open, 0.1 s to 10 s. Default 3 s. Until it is open nothing has been sent, so it is no doubt.</summary>
    [Duration("00:00:00.1", "00:00:10")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    public bool IsSet => AccountSid is { Length: > 0 };

    /// <summary>Where Twilio reports on this message.</summary>
    public Uri? CallbackOf(Guid notificationId) => PublicAddress is { } address ? new Uri(address, $"{CallbackPath}/{notificationId}") : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IsSet)
            yield break;
        if (AuthToken is not { Length: > 0 })
            yield return new ValidationResult("Twilio:AuthToken is not set; expected the token of Twilio:AccountSid.");
        if (From is { Length: > 0 } == MessagingServiceSid is { Length: > 0 })
            yield return new ValidationResult("Twilio:From and Twilio:MessagingServiceSid: expected one of them.");
        if (!BaseAddress.IsAbsoluteUri || (BaseAddress.Scheme != Uri.UriSchemeHttps && !BaseAddress.IsLoopback))
            yield return new ValidationResult($"Twilio:BaseAddress is \"{BaseAddress}\"; expected an https address: the token goes with each request.");
        if (PublicAddress is { IsAbsoluteUri: false })
            yield return new ValidationResult(
                $"Twilio:PublicAddress is \"{PublicAddress}\"; expected an absolute address such as https://billing.example.com/.");
    }
}
