using System.Text.RegularExpressions;
using Billing.Notification.Delivering;
using Billing.Notification.Messages;

namespace Billing.Notification.Outlets.Smtp;

/// <summary>
/// What a mail server's answers mean for the message. Facts in, an answer with a name out; the server's words go with it, addresses in them masked.
/// </summary>
static partial class SmtpAnswers
{
    public static ProviderReply Of(SmtpOutcome outcome) => outcome switch
    {
        SmtpOutcome.Taken => ProviderReply.Accepted,
        SmtpOutcome.Rejected rejected => new ProviderReply(Of(rejected.At, rejected.Reply), Masked(rejected.Reply.ToString())),
        // The server may have a mail whose content it was sent.
        SmtpOutcome.Broken { At: SmtpStage.Content } lost => new ProviderReply(ProviderAnswer.Lost, Masked(lost.Trouble)),
        SmtpOutcome.Broken broken => new ProviderReply(ProviderAnswer.Unavailable, Masked(broken.Trouble)),
        _ => throw new InvalidOperationException($"{outcome} has no answer.")
    };

    static ProviderAnswer Of(SmtpStage at, SmtpReply reply) => reply.Code switch
    {
        >= 400 and < 500 when TooFast().IsMatch(reply.Text) => ProviderAnswer.TooFast,
        421 => ProviderAnswer.Unavailable,
        // Trouble with our password or our own address is no recipient's fault: it waits until somebody has put it right.
        >= 530 and < 540 => ProviderAnswer.Unavailable,
        _ when at is SmtpStage.Opening or SmtpStage.Sender => ProviderAnswer.Unavailable,
        >= 400 and < 500 => ProviderAnswer.Deferred,
        >= 500 and < 600 => ProviderAnswer.Rejected,
        _ => ProviderAnswer.Unavailable         // not an answer to what was asked
    };

    // The words are the sender's contact data as often as not: "550 <jane@example.com>: no such user".
    static string Masked(string words) => Billing.Hosting.Logging.Masked.Text(words);

    /// <summary>SMTP has no code for "too fast"; this is how the large providers put it (4.7.28, "Throttling failure", "sending rate exceeded").</summary>
    [GeneratedRegex(@"\b4\.7\.28\b|throttl|\b(sending|message|mail) rate\b|\brate (limit|exceed)|too many (messages|e?mails|connections)",
        RegexOptions.IgnoreCase)]
    private static partial Regex TooFast();
}
