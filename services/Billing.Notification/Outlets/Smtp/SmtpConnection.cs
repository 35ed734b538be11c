using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Billing.Notification.Settings;

namespace Billing.Notification.Outlets.Smtp;

/// <summary>One connection to a mail server (RFC 5321), encrypted and signed in, that takes one mail after another.</summary>
sealed class SmtpConnection : IAsyncDisposable, IDisposable
{
    static readonly byte[] EndOfMail = "\r\n.\r\n"u8.ToArray();
    readonly Socket _socket;
    SmtpWire _wire;
    HashSet<string> _offers = [];

    SmtpConnection(Socket socket) => (_socket, _wire) = (socket, new SmtpWire(new NetworkStream(socket, ownsSocket: true)));

    /// <summary>Mails that it has taken.</summary>
    public int Taken { get; private set; }

    public long LastUsed { get; private set; } = Stopwatch.GetTimestamp();

    /// <summary>False after trouble: what state the conversation is in is not known.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>The server takes bytes above 127 as they are.</summary>
    public bool TakesEightBits => _offers.Contains("8BITMIME");

    /// <summary>Connects, insists on STARTTLS where that is set, and signs in.</summary>
    /// <returns>The connection, or what came in between.</returns>
    public static async Task<(SmtpConnection? Connection, SmtpOutcome? Trouble)> OpenAsync(MailOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.SmtpHost!, options.SmtpPort, cancellationToken);
        }
        catch (Exception trouble) when (IsTrouble(trouble))
        {
            socket.Dispose();
            return (null, Broken(SmtpStage.Opening, trouble));
        }

        var connection = new SmtpConnection(socket);
        try
        {
            if (await connection.IntroduceAsync(options, cancellationToken) is not { } no)
                return (connection, null);
            connection.Dispose();
            return (null, no);
        }
        catch (Exception trouble) when (IsTrouble(trouble))
        {
            connection.Dispose();
            return (null, Broken(SmtpStage.Opening, trouble));
        }
    }

    /// <summary>Hands over one mail to one recipient.</summary>
    public async Task<SmtpOutcome> SendAsync(string from, string to, Func<bool, byte[]> write, CancellationToken cancellationToken)
    {
        var at = SmtpStage.Sender;
        try
        {
            var mail = write(TakesEightBits);
            var sender = $"MAIL FROM:<{from}>{(TakesEightBits ? " BODY=8BITMIME" : "")}";
            SmtpReply said;
            if (_offers.Contains("PIPELINING"))
            {
                await _wire.SayAsync($"{sender}\r\nRCPT TO:<{to}>", cancellationToken);
                said = await _wire.HearAsync(cancellationToken);
                at = said.IsPositive ? SmtpStage.Recipient : SmtpStage.Sender;
                var second = said.IsGoodbye ? said : await _wire.HearAsync(cancellationToken);
                said = said.IsPositive ? second : said;
            }
            else
            {
                said = await _wire.AskAsync(sender, cancellationToken);
                if (said.IsPositive)
                    (at, said) = (SmtpStage.Recipient, await _wire.AskAsync($"RCPT TO:<{to}>", cancellationToken));
            }

            if (said.IsPositive)
                (at, said) = (SmtpStage.Data, await _wire.AskAsync("DATA", cancellationToken));
            if (said.Code != 354)
                return await RefusedAsync(at, said, cancellationToken);
            at = SmtpStage.Content;
            await _wire.SayAsync(Framed(mail), cancellationToken);
            said = await _wire.HearAsync(cancellationToken);
            if (!said.IsPositive)
                return await RefusedAsync(at, said, cancellationToken);
            Taken++;
            LastUsed = Stopwatch.GetTimestamp();
            return new SmtpOutcome.Taken();
        }
        catch (Exception trouble) when (IsTrouble(trouble))
        {
            IsOpen = false;
            return Broken(at, trouble);
        }
    }

    /// <summary>Says goodbye; a server that is gone need not answer.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            if (IsOpen)
                await _wire.AskAsync("QUIT", patience.Token);
        }
        catch (Exception trouble) when (IsTrouble(trouble))
        {
        }

        await _wire.DisposeAsync();
    }

    public void Dispose()
    {
        IsOpen = false;
        _wire.Stream.Dispose();
        _socket.Dispose();
    }

    async Task<SmtpOutcome?> IntroduceAsync(MailOptions options, CancellationToken cancellationToken)
    {
        var said = await _wire.HearAsync(cancellationToken);
        if (said.Code != 220)
            return new SmtpOutcome.Refused(SmtpStage.Opening, said);
        if (await HelloAsync(options, cancellationToken) is { } no)
            return no;
        if (options.SmtpTls)
        {
            if (!_offers.Contains("STARTTLS"))
                return new SmtpOutcome.Broken(SmtpStage.Opening, "The server offers no STARTTLS, and Mail:SmtpTls asks for it.");
            said = await _wire.AskAsync("STARTTLS", cancellationToken);
            if (said.Code != 220)
                return new SmtpOutcome.Refused(SmtpStage.Opening, said);
            if (_wire.HasUnread)
                return new SmtpOutcome.Broken(SmtpStage.Opening, "The server, or somebody in between, said more than it was asked before the connection was encrypted.");
            await EncryptAsync(options, cancellationToken);
            if (await HelloAsync(options, cancellationToken) is { } still)       // what was offered in clear does not count
                return still;
        }

        return options.SmtpUsername is { Length: > 0 } ? await SignInAsync(options, cancellationToken) : null;
    }

    async Task<SmtpOutcome?> HelloAsync(MailOptions options, CancellationToken cancellationToken)
    {
        var said = await _wire.AskAsync($"EHLO {options.SmtpHello}", cancellationToken);
        _offers = [.. said.Lines.Skip(1).Select(line => line.ToUpperInvariant())];
        return said.IsPositive ? null : new SmtpOutcome.Refused(SmtpStage.Opening, said);
    }

    async Task EncryptAsync(MailOptions options, CancellationToken cancellationToken)
    {
        var tls = new SslStream(_wire.Stream, leaveInnerStreamOpen: false);
        _wire = new SmtpWire(tls);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = options.SmtpHost, CertificateChainPolicy = SmtpTrust.Of(options) }, cancellationToken);
    }

    async Task<SmtpOutcome?> SignInAsync(MailOptions options, CancellationToken cancellationToken)
    {
        var ways = _offers.FirstOrDefault(offer => offer.StartsWith("AUTH ", StringComparison.Ordinal))?.Split(' ') ?? [];
        SmtpReply said;
        if (ways.Contains("PLAIN"))
            said = await _wire.AskAsync($"AUTH PLAIN {Base64($"\0{options.SmtpUsername}\0{options.SmtpPassword}")}", cancellationToken);
        else if (ways.Contains("LOGIN"))
        {
            said = await _wire.AskAsync($"AUTH LOGIN {Base64(options.SmtpUsername!)}", cancellationToken);
            if (said.Code == 334)
                said = await _wire.AskAsync(Base64(options.SmtpPassword ?? ""), cancellationToken);
        }
        else
            return new SmtpOutcome.Broken(SmtpStage.Opening, "The server offers neither AUTH PLAIN nor AUTH LOGIN.");
        return said.Code == 235 ? null : new SmtpOutcome.Refused(SmtpStage.Opening, said);
    }

    /// <summary>What was begun is taken back, so that the connection is good for the next mail.</summary>
    async Task<SmtpOutcome> RefusedAsync(SmtpStage at, SmtpReply said, CancellationToken cancellationToken)
    {
        var refused = new SmtpOutcome.Refused(at, said);
        IsOpen = !said.IsGoodbye && !(at == SmtpStage.Data && said.IsPositive);
        try
        {
            IsOpen = IsOpen && (await _wire.AskAsync("RSET", cancellationToken)).IsPositive;
        }
        catch (Exception trouble) when (IsTrouble(trouble))
        {
            IsOpen = false;
        }

        LastUsed = Stopwatch.GetTimestamp();
        return refused;
    }

    /// <summary>A line that begins with a dot gets a second one, or it would end the mail.</summary>
    static byte[] Framed(byte[] mail)
    {
        var framed = new List<byte>(mail.Length + 64);
        var isStart = true;
        foreach (var next in mail)
        {
            if (isStart && next == '.')
                framed.Add((byte)'.');
            framed.Add(next);
            isStart = next == '\n';
        }

        framed.AddRange(isStart ? EndOfMail.AsSpan(2) : EndOfMail);
        return [.. framed];
    }

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    static SmtpOutcome.Broken Broken(SmtpStage at, Exception trouble) =>
        new(at, trouble is OperationCanceledException ? "The server did not answer in time." : trouble.GetBaseException().Message);

    static bool IsTrouble(Exception trouble) =>
        trouble is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or CryptographicException;
}
