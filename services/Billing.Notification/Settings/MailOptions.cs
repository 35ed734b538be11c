using System.ComponentModel.DataAnnotations;
using System.Net;
using Billing.Hosting.Validation;
using Billing.Notification.Outlets;

namespace Billing.Notification.Settings;

/// <summary>Where messages leave.</summary>
public sealed class MailOptions : IValidatableObject
{
    public const string Section = "Mail";

    /// <summary>Folder in which each message becomes a file, unless its channel has a server. Required: a message must have somewhere to go.</summary>
    [Required(ErrorMessage = "Mail:PickupFolder is not set; expected a folder for messages whose channel has no server.")]
    public string PickupFolder { get; set; } = "";

    /// <summary>Address in <c>From</c>. Default <c>billing@localhost</c>, which no mail server takes for a real sender.</summary>
    [Required, EmailAddress]
    public string From { get; set; } = "billing@localhost";

    /// <summary>SMTP server for e-mail. Without one they go to <see cref="PickupFolder"/>.</summary>
    public string? SmtpHost { get; set; }

    /// <summary>Default 587, the port for handing mail in.</summary>
    [Range(1, 65535)]
    public int SmtpPort { get; set; } = 587;

    /// <summary>True (default) insists on STARTTLS. False is for a relay on the same machine.</summary>
    public bool SmtpTls { get; set; } = true;

    /// <summary>
    /// File (PEM) with the one authority whose certificates are trusted, for a mail server of our own. Without it, those that this machine trusts.
    /// </summary>
    public string? SmtpTrustedCertificate { get; set; }

    /// <summary>Name under which we introduce ourselves, ASCII without blanks. Default this machine's.</summary>
    [RegularExpression(@"[A-Za-z0-9._:\[\]-]{1,255}")]
    public string SmtpHello { get; set; } = Dns.GetHostName();

    /// <summary>Signs in with AUTH PLAIN or LOGIN; never in clear over the net: that needs <see cref="SmtpTls"/>, or a relay on this machine.</summary>
    public string? SmtpUsername { get; set; }

    public string? SmtpPassword { get; set; }

    /// <summary>How long the server may take for one e-mail, 1 s to 15 s, before it counts as lost. Default 10 s.</summary>
    [Duration("00:00:01", "00:00:15")]
    public TimeSpan SmtpTimeout { get; set; } = TimeSpan.FromSeconds(10);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SmtpUsername is { Length: > 0 } && !SmtpTls && SmtpHost is not ("localhost" or "::1")
            && SmtpHost?.StartsWith("127.", StringComparison.Ordinal) != true)
            yield return new ValidationResult(
                $"Mail:SmtpUsername is set and Mail:SmtpTls is false; expected true, or a server on this machine: {SmtpHost} would get the password in clear.");
        if (SmtpTrustedCertificate is { Length: > 0 } file && !File.Exists(file))
            yield return new ValidationResult($"Mail:SmtpTrustedCertificate is \"{file}\"; expected a file that is there.");
    }
}
