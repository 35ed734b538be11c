using System.ComponentModel.DataAnnotations;

namespace Billing.Notification.Sending;

/// <summary>Where messages leave.</summary>
public sealed class MailOptions
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

    public string? SmtpUsername { get; set; }
    public string? SmtpPassword { get; set; }

    /// <summary>E-mails handed over at the same time. Default 5, which mail servers allow one client.</summary>
    [Range(1, 100)]
    public int SmtpInFlight { get; set; } = 5;

    /// <summary>How long the server may take for one e-mail, 1 s to 15 s, before it counts as lost. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:15")]
    public TimeSpan SmtpTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
