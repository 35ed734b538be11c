using Billing.Notification.Queueing;
using Billing.Notification.Writing;
using Billing.Persistence;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Sending;

/// <summary>
/// Sends what waits in one channel. It wakes with each arrival in this process, and looks every few seconds for what
/// others stored, what is due again and what a crash left.
/// </summary>
sealed class SendingLoop(
    Channel channel, SendingDesk desk, Arrivals arrivals, DatabaseReadiness database, IHostApplicationLifetime host, IServiceProvider services,
    IOptions<SendingOptions> options, TimeProvider clock, ILogger<SendingLoop> log)
    : BackgroundService
{
    readonly IOutlet _outlet = services.GetRequiredKeyedService<IOutlet>(channel);
    readonly SendingOptions _options = options.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // as soon as the stop is known, not only when the turn to stop has come to this loop
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, host.ApplicationStopping);
        var stopping = stop.Token;
        await database.WaitAsync(stopping);
        while (!stopping.IsCancellationRequested)
        {
            var wasFull = false;
            try
            {
                wasFull = await SendBatchAsync(stopping) == _options.Most;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // nothing was taken yet
            }
            catch (Exception trouble)
            {
                // such as a database that is away: what was taken comes back when its lease ends
                log.NotSending(channel, trouble);
            }

            if (!wasFull)
                await arrivals.WaitAsync(channel, _options.LookEvery, clock, stopping);
        }
    }

    async Task<int> SendBatchAsync(CancellationToken stopping)
    {
        var claim = await desk.ClaimAsync(channel, stopping);
        if (claim.Messages.Count == 0)
            return 0;
        using var time = new CancellationTokenSource(_options.Lease * (2.0 / 3), clock);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(stopping, time.Token);
        await Parallel.ForEachAsync(claim.Messages, new ParallelOptions { MaxDegreeOfParallelism = _outlet.InFlight }, async (message, _) =>
        {
            if (leave.IsCancellationRequested)
                GiveBack(message);
            else
                await SendAsync(message);
        });
        // what was sent must be booked, also while the host stops
        await desk.BookAsync(claim, CancellationToken.None);
        Tell(claim);
        return claim.Messages.Count;
    }

    async ValueTask SendAsync(OutgoingMessage message)
    {
        var written = Write(message);
        if (written.Letter is not { } letter)
        {
            End(message, MessageState.Failed, written.Refusal);
            return;
        }

        var reply = await _outlet.SendAsync(new ReadyMessage(message, letter));
        switch (Delivery.Decide(reply.Answer, message.Attempt, clock.GetUtcNow(), reply.RetryAfter, _options.Retry))
        {
            case DeliveryDecision.Sent:
                End(message, MessageState.Sent, null);
                break;
            case DeliveryDecision.Failed failed:
                End(message, MessageState.Failed, reply.Words is null ? failed.Reason : $"{failed.Reason}: {reply.Words}");
                break;
            case DeliveryDecision.TryAgain again:
                (message.State, message.DueAt, message.Attempt, message.Reason) = (MessageState.Queued, again.At, again.Attempt, Shortened(reply.Words));
                break;
        }
    }

    void End(OutgoingMessage message, MessageState state, string? reason) =>
        (message.State, message.Reason, message.DueAt, message.EndedAt) = (state, Shortened(reason), null, clock.GetUtcNow());

    void GiveBack(OutgoingMessage message) => (message.State, message.DueAt) = (MessageState.Queued, clock.GetUtcNow());

    void Tell(Claim claim)
    {
        foreach (var failed in claim.Messages.Where(message => message.State == MessageState.Failed))
            log.Failed(channel, failed.NotificationId, failed.WorkspaceId, failed.Reason!);
        log.Delivered(channel, claim.Messages.Count(x => x.State == MessageState.Sent), claim.Messages.Count(x => x.State == MessageState.Failed), claim.Messages.Count(x => x.State == MessageState.Queued));
    }

    static LetterOutcome Write(OutgoingMessage message) =>
        ContactSeal.Locked(message) is { } locked ? new LetterOutcome(null, locked)
        : message.Template is { } template
            ? Letters.Write(template, message.Values ?? new Dictionary<string, string>())
            : new LetterOutcome(new Letter(Letters.OneLine(message.Subject ?? ""), message.Text ?? ""), null);

    static string? Shortened(string? words) => words?.Length > Intake.LongestReason ? words[..Intake.LongestReason] : words;
}
