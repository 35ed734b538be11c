using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace Billing.Notification.Outlets.Smtp;

/// <summary>MailKit's client, which also tells how far the mail under way has come.</summary>
sealed class StagedSmtpClient : SmtpClient, ITransferProgress
{
    public SmtpStage Stage { get; private set; } = SmtpStage.Opening;

    public Task SendStagedAsync(MimeMessage mail, string from, string to, CancellationToken cancellationToken)
    {
        Stage = SmtpStage.Sender;
        return SendAsync(FormatOptions.Default, mail, new MailboxAddress(null, from), [new MailboxAddress(null, to)], cancellationToken, this);
    }

    /// <summary>MailKit reports each piece of the mail's content, and sends the final dot after the last.</summary>
    public void Report(long bytesTransferred, long totalSize) => Stage = SmtpStage.Content;

    public void Report(long bytesTransferred) => Stage = SmtpStage.Content;

    protected override void OnSenderAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        Stage = SmtpStage.Recipient;
        base.OnSenderAccepted(message, mailbox, response);
    }

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        Stage = SmtpStage.Data;
        base.OnRecipientAccepted(message, mailbox, response);
    }
}
