using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Security;
using Billing.Notification.Delivering;
using Billing.Notification.Settings;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Outlets.Smtp;

/// <summary>Hands e-mails to a mail server, over a few connections that stay open between them.</summary>
sealed class SmtpOutlet : IOutlet, IAsyncDisposable, IDisposable
{
    /// <summary>How long an idle connection is trusted. Servers close theirs after some minutes; finding out costs one attempt.</summary>
    static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(30);

    /// <summary>Mails over one connection. A usual bound of servers, past which they say goodbye.</summary>
    const int MostOnOne = 100;

    readonly MailOptions _options;
    readonly RemoteCertificateValidationCallback _trust;
    readonly ConcurrentStack<SmtpConnection> _idle = new();

    public SmtpOutlet(IOptions<MailOptions> options)
    {
        _options = options.Value;
        _trust = SmtpTrust.Of(_options);
    }

    public int InFlight => IOutlet.Unbounded;

    public async ValueTask<ProviderReply> SendAsync(ReadyMessage ready) => SmtpAnswers.Of(await HandOverAsync(ready));

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryPop(out var connection))
            await connection.DisposeAsync();
    }

    public void Dispose()
    {
        while (_idle.TryPop(out var connection))
            connection.Dispose();
    }

    async Task<SmtpOutcome> HandOverAsync(ReadyMessage ready)
    {
        using var patience = new CancellationTokenSource(_options.SmtpTimeout);
        if (await IdleAsync() is { } idle)
        {
            var outcome = await SendAsync(idle, ready, patience.Token);
            if (!SaysNothingOfTheMail(outcome) || patience.IsCancellationRequested)
                return outcome;
        }

        var (connection, trouble) = await SmtpConnection.OpenAsync(_options, _trust, patience.Token);
        return connection is null ? trouble! : await SendAsync(connection, ready, patience.Token);
    }

    /// <summary>The server closed the connection while it was idle, so the mail goes to a new one at once.</summary>
    static bool SaysNothingOfTheMail(SmtpOutcome outcome) =>
        outcome is SmtpOutcome.Broken { At: < SmtpStage.Content } or SmtpOutcome.Rejected { Reply.IsGoodbye: true, At: < SmtpStage.Content };

    async Task<SmtpOutcome> SendAsync(SmtpConnection connection, ReadyMessage ready, CancellationToken cancellationToken)
    {
        var outcome = await connection.SendAsync(ready, cancellationToken);
        if (!connection.IsOpen)
            connection.Dispose();
        else if (connection.Taken < MostOnOne)
            _idle.Push(connection);
        else
            await connection.DisposeAsync();
        return outcome;
    }

    /// <summary>The one used last; those that were idle for too long are closed.</summary>
    async Task<SmtpConnection?> IdleAsync()
    {
        while (_idle.TryPop(out var connection))
        {
            if (Stopwatch.GetElapsedTime(connection.LastUsed) < LongestIdle)
                return connection;
            await connection.DisposeAsync();
        }

        return null;
    }
}
