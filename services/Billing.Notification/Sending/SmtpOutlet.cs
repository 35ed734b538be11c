using System.Collections.Concurrent;
using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Sending;

/// <summary>Hands e-mails to a mail server, over connections that stay open between them.</summary>
sealed class SmtpOutlet(IOptions<MailOptions> options) : IOutlet, IDisposable
{
    readonly MailOptions _options = options.Value;
    readonly ConcurrentBag<SmtpClient> _idle = [];

    public int InFlight => _options.SmtpInFlight;

    public async ValueTask<ProviderReply> SendAsync(ReadyMessage ready)
    {
        using var mail = Compose(ready);
        using var patience = new CancellationTokenSource(_options.SmtpTimeout);
        var client = _idle.TryTake(out var idle) ? idle : Connect();
        try
        {
            await client.SendMailAsync(mail, patience.Token);
            _idle.Add(client);
            return ProviderReply.Accepted;
        }
        catch (Exception exception) when (exception is SmtpException or OperationCanceledException or IOException or SocketException or InvalidOperationException)
        {
            Close(client);      // what state the connection is in is not known
            return ReplyOf(exception);
        }
    }

    /// <summary>Only what concerns the recipient or the text is final; trouble with the server, or with our password there, is not the message's.</summary>
    internal static ProviderReply ReplyOf(Exception exception) => exception switch
    {
        SmtpException { StatusCode: SmtpStatusCode.GeneralFailure, InnerException: var inner } =>
            new(inner?.GetBaseException() is SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.TimedOut }
                ? ProviderAnswer.Unavailable
                : ProviderAnswer.Lost, exception.GetBaseException().Message),
        SmtpException smtp => new((int)smtp.StatusCode switch
        {
            >= 530 and <= 539 => ProviderAnswer.Unavailable,
            >= 500 => ProviderAnswer.Rejected,
            _ => ProviderAnswer.Unavailable
        }, smtp.Message),
        _ => new(ProviderAnswer.Lost, exception.GetBaseException().Message)
    };

    public void Dispose()
    {
        while (_idle.TryTake(out var client))
            Close(client);
    }

    MailMessage Compose(ReadyMessage ready)
    {
        var mail = new MailMessage(_options.From, ready.Message.Recipient, ready.Letter.Subject, ready.Letter.Text) { SubjectEncoding = Encoding.UTF8, BodyEncoding = Encoding.UTF8 };
        mail.Headers["Message-ID"] = MailFile.IdOf(ready.Message.NotificationId, _options.From);
        return mail;
    }

    SmtpClient Connect() => new(_options.SmtpHost, _options.SmtpPort)
    {
        EnableSsl = _options.SmtpTls,
        Credentials = _options.SmtpUsername is { Length: > 0 } user ? new NetworkCredential(user, _options.SmtpPassword) : null
    };

    // saying goodbye to a server that is gone may throw
    static void Close(SmtpClient client)
    {
        try
        {
            client.Dispose();
        }
        catch (Exception exception) when (exception is SmtpException or IOException or SocketException or InvalidOperationException)
        {
        }
    }
}
