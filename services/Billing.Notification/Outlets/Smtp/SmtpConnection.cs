using System.Diagnostics;
using System.Net.Security;
using Billing.Notification.Delivering;
using Billing.Notification.Settings;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Billing.Notification.Outlets.Smtp;

/// <summary>One connection to a mail server, encrypted and signed in, that takes one mail after another.</summary>
sealed class SmtpConnection : IAsyncDisposable, IDisposable
{
    readonly MailOptions _options;
    readonly StagedSmtpClient _client = new();

    SmtpConnection(MailOptions options, RemoteCertificateValidationCallback trust)
    {
        _options = options;
        _client.LocalDomain = options.SmtpHello;
        _client.Timeout = (int)options.SmtpTimeout.TotalMilliseconds;
        _client.CheckCertificateRevocation = false;
        _client.ServerCertificateValidationCallback = trust;
    }

    /// <summary>Mails that the server has taken over this connection.</summary>
    public int Taken { get; private set; }

    public long LastUsed { get; private set; } = Stopwatch.GetTimestamp();

    /// <summary>False after trouble: the state of the conversation is not known.</summary>
    public bool IsOpen => _client.IsConnected;

    /// <summary>Connects, insists on STARTTLS where that is set, and signs in.</summary>
    /// <returns>The connection, or what came in between.</returns>
    public static async Task<(SmtpConnection? Connection, SmtpOutcome? Trouble)> OpenAsync(
        MailOptions options, RemoteCertificateValidationCallback trust, CancellationToken cancellationToken)
    {
        var connection = new SmtpConnection(options, trust);
        try
        {
            await connection.ConnectAsync(cancellationToken);
            return (connection, null);
        }
        catch (Exception trouble)
        {
            connection.Dispose();
            return (null, OutcomeOf(SmtpStage.Opening, trouble));
        }
    }

    /// <summary>Hands over one mail to one recipient. After a rejection the connection is good for the next mail.</summary>
    public async Task<SmtpOutcome> SendAsync(ReadyMessage ready, CancellationToken cancellationToken)
    {
        try
        {
            using var mail = MailMessages.Compose(ready, _options.From, _client.Capabilities.HasFlag(SmtpCapabilities.EightBitMime));
            await _client.SendStagedAsync(mail, _options.From, ready.Message.Recipient, cancellationToken);
            Taken++;
            return new SmtpOutcome.Taken();
        }
        catch (Exception trouble)
        {
            return OutcomeOf(_client.Stage, trouble);
        }
        finally
        {
            LastUsed = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Says goodbye; a server that is gone need not answer.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await _client.DisconnectAsync(quit: true, patience.Token);
        }
        catch (Exception)
        {
            // nobody waits for the goodbye
        }

        _client.Dispose();
    }

    public void Dispose() => _client.Dispose();

    async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var security = _options.SmtpTls ? SecureSocketOptions.StartTls : SecureSocketOptions.None;
        await _client.ConnectAsync(_options.SmtpHost!, _options.SmtpPort, security, cancellationToken);
        // DATA only: its answer tells whether the server is about to take the mail, before anything of the mail is sent.
        _client.Capabilities &= ~(SmtpCapabilities.Chunking | SmtpCapabilities.BinaryMime);
        if (_options.SmtpUsername is { Length: > 0 } username)
            await _client.AuthenticateAsync(MechanismFor(username, _options.SmtpPassword ?? ""), cancellationToken);
    }

    /// <summary>One mechanism, not one after the other: a wrong password must count as one failed attempt.</summary>
    SaslMechanism MechanismFor(string username, string password) =>
        _client.AuthenticationMechanisms.Contains("PLAIN") ? new SaslMechanismPlain(username, password)
        : _client.AuthenticationMechanisms.Contains("LOGIN") ? new SaslMechanismLogin(username, password)
        : throw new IOException("The server offers neither AUTH PLAIN nor AUTH LOGIN.");

    static SmtpOutcome OutcomeOf(SmtpStage at, Exception trouble) => trouble switch
    {
        SmtpCommandException said => Rejected(at, (int)said.StatusCode, said.Message),
        ServiceNotAuthenticatedException said => Rejected(at, 530, said.Message),
        // its message is the server's answer: 535: 5.7.8 credentials invalid
        AuthenticationException said when said.Message.Split(": ", 2) is [var code, var words] && int.TryParse(code, out var number) =>
            Rejected(at, number, words),
        OperationCanceledException or TimeoutException => new SmtpOutcome.Broken(at, "The server did not answer in time."),
        NotSupportedException when at == SmtpStage.Opening => new SmtpOutcome.Broken(at, "The server offers no STARTTLS, and Mail:SmtpTls asks for it."),
        _ => new SmtpOutcome.Broken(at, trouble.GetBaseException().Message)
    };

    static SmtpOutcome.Rejected Rejected(SmtpStage at, int code, string words) =>
        new(at, new SmtpReply(code, words.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
}
