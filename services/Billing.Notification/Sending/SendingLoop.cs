using Billing.Limits;
using Billing.Notification.Limiting;
using Billing.Notification.Queueing;
using Billing.Notification.Writing;
using Billing.Persistence;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Sending;

/// <summary>
/// Sends what waits in one channel. Three hands work at the same time: one collects messages by turns, one takes a
/// permit for each and hands it over, one writes down what is about to be sent and what became of it.
/// </summary>
sealed class SendingLoop : BackgroundService
{
    /// <summary>How many are written down as being sent ahead of the sending, for each that may be in flight.</summary>
    const int AheadOfEach = 2;

    /// <summary>How many are sent before it is written down what became of them, for each that may be in flight: so many may arrive twice after a crash.</summary>
    const int MostUnwritten = 5;

    /// <summary>Or what leaves in that time, if that is more, and in four strokes of the pen: a permit that is free does not wait for a database that is slow.</summary>
    static readonly (TimeSpan Least, TimeSpan Most) Ahead = (TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2));

    /// <summary>Likewise for what is unwritten; half a second at most, as it may arrive twice.</summary>
    static readonly (TimeSpan Least, TimeSpan Most) Behind = (TimeSpan.Zero, TimeSpan.FromSeconds(0.5));

    readonly Channel _channel;
    readonly SendingDesk _desk;
    readonly Arrivals _arrivals;
    readonly DatabaseReadiness _database;
    readonly IHostApplicationLifetime _host;
    readonly TimeProvider _clock;
    readonly ILogger _log;
    readonly SendingOptions _options;
    readonly IOutlet _outlet;
    readonly ProviderWatch _watch;
    readonly (PermitLimit Sends, PermitLimit InFlight) _limits;
    readonly SemaphoreSlim _places;
    readonly Tray _tray = new();
    readonly ClaimSize _size;
    readonly SlowestLately _pen = new(fading: 0.98);     // remembered for a second or two

    public SendingLoop(
        Channel channel, SendingDesk desk, Arrivals arrivals, DatabaseReadiness database, IHostApplicationLifetime host, IServiceProvider services, ISharedPermits permits,
        IOptions<SendingOptions> options, TimeProvider clock, ILogger<SendingLoop> log)
    {
        (_channel, _desk, _arrivals, _database, _host, _clock, _log, _options) = (channel, desk, arrivals, database, host, clock, log, options.Value);
        _outlet = services.GetRequiredKeyedService<IOutlet>(channel);
        _watch = services.GetRequiredKeyedService<ProviderWatch>(channel);
        _limits = (permits.Of(ChannelLimits.Sends(channel)), permits.Of(ChannelLimits.InFlight(channel)));
        _places = new SemaphoreSlim(_outlet.InFlight);
        _size = new ClaimSize(AheadOfEach * _options.Of(channel).InFlight, _options.Most, clock);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // as soon as the stop is known, not only when the turn to stop has come to this loop
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _host.ApplicationStopping);
        var stopping = stop.Token;
        await _database.WaitAsync(stopping);
        using var allIsSent = new CancellationTokenSource();
        var writing = WriteDownAsync(allIsSent.Token);
        var working = Task.WhenAll(CollectAsync(stopping), HandOverAsync(stopping));
        if (await Task.WhenAny(working, writing) == writing)
            await writing;      // only an error of ours ends it before the others: it is said aloud, and ends the process
        await working;
        // what was sent must be written down, also while the host stops
        await allIsSent.CancelAsync();
        await writing;
    }

    public override void Dispose()
    {
        _tray.Dispose();
        _places.Dispose();
        base.Dispose();
    }

    async Task CollectAsync(CancellationToken stopping)
    {
        var isAdopted = false;
        while (!stopping.IsCancellationRequested)
        {
            var lookIn = _options.LookEvery;
            try
            {
                if (!isAdopted)
                    await _desk.AdoptAsync(_channel, stopping);
                isAdopted = true;
                var most = _size.Find(_limits.Sends.Held);
                if (_tray.Count > most / 2)
                {
                    await _tray.HasFewerAsync(stopping);
                    continue;
                }

                if (await _desk.IsSomethingWaitingAsync(_channel, stopping))
                {
                    // a process that may send nothing keeps nobody waiting
                    await _limits.InFlight.HasShareAsync(stopping);
                    await _limits.Sends.HasShareAsync(stopping);
                    var askedAt = _clock.GetTimestamp();
                    var claim = await _desk.ClaimAsync(_channel, most - _tray.Count, stopping);
                    _size.Took(_clock.GetElapsedTime(askedAt) + (2 * _pen.Value));      // it waits for the pen, which may just have begun
                    _tray.Add(claim.Messages);
                    if (claim.Messages.Count > 0)
                        continue;
                    if (claim.LookAgainAt - _clock.GetUtcNow() is { } soon && soon < lookIn)
                        lookIn = soon > TimeSpan.FromMilliseconds(1) ? soon : TimeSpan.FromMilliseconds(1);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble)
            {
                // such as a database that is away: what was taken comes back when its lease ends
                _log.NotSending(_channel, trouble);
            }

            await _arrivals.WaitAsync(_channel, lookIn, _clock, stopping);
            if (_tray.IsEmpty)
                _size.Pause();
        }
    }

    async Task HandOverAsync(CancellationToken stopping)
    {
        var underWay = new List<Task>();
        try
        {
            while (true)
            {
                while (_tray.TryBegin(out var message, Most(MostUnwritten * _options.Of(_channel).InFlight, Behind)))
                {
                    underWay.RemoveAll(task => task.IsCompleted);
                    underWay.Add(await SendWhenAllowedAsync(message, stopping));
                }

                await _tray.HasSendableAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAll(underWay);
        }
    }

    /// <summary>Waits for leave to send, and returns the sending. A message that waits too long is given back, so that no other process has it at the same time.</summary>
    async Task<Task> SendWhenAllowedAsync(InHand one, CancellationToken stopping)
    {
        var left = one.LeaseEnd - (_options.Lease / 3) - _clock.GetUtcNow();
        using var time = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, _clock);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(stopping, time.Token);
        Permit? flight = null;
        var hasPlace = false;
        try
        {
            leave.Token.ThrowIfCancellationRequested();
            var written = Write(one.Message);
            if (written.Letter is not { } letter)
            {
                End(one.Message, MessageState.Failed, written.Refusal);
                _tray.End(one);
                return Task.CompletedTask;
            }

            await _places.WaitAsync(leave.Token);
            hasPlace = true;
            flight = await _limits.InFlight.TakeAsync(leave.Token);
            var permit = await _limits.Sends.TakeAsync(leave.Token);
            return SendAsync(one, letter, flight, permit);
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            flight?.Unused();
            if (hasPlace)
                _places.Release();
            GiveBack(one.Message);
            _tray.End(one);
            return Task.CompletedTask;
        }
    }

    async Task SendAsync(InHand one, Letter letter, Permit flight, Permit permit)
    {
        var (message, began) = (one.Message, _clock.GetTimestamp());
        try
        {
            var reply = await _outlet.SendAsync(new ReadyMessage(message, letter));
            one.Took = _clock.GetElapsedTime(began);
            if (reply.Answer == ProviderAnswer.Lost)
                permit.Lost();
            else
                permit.Answered();
            if (_watch.Saw(reply, one.Took.Value))
                _limits.Sends.LookNow();
            if (reply.Answer == ProviderAnswer.TooFast)
                one.Exceeded = reply.Words ?? "too fast";
            Decide(message, reply);
            _tray.End(one);
        }
        catch (Exception trouble)
        {
            // an outlet that has no answer: nobody knows whether it left
            permit.Lost();
            _tray.Leave();
            _log.NotSending(_channel, trouble);
        }
        finally
        {
            flight.Answered();
            _places.Release();
        }
    }

    void Decide(OutgoingMessage message, ProviderReply reply)
    {
        switch (Delivery.Decide(reply.Answer, message, _clock.GetUtcNow(), reply.RetryAfter, _options.Retry))
        {
            case DeliveryDecision.Sent:
                End(message, MessageState.Sent, null);
                break;
            case DeliveryDecision.Failed failed:
                End(message, MessageState.Failed, reply.Words is null ? failed.Reason : $"{failed.Reason}: {reply.Words}");
                break;
            case DeliveryDecision.TryAgain again:
                (message.State, message.DueAt, message.Attempt, message.Reason) = (MessageState.Deferred, again.At, again.Attempt, Shortened(reply.Words));
                break;
        }
    }

    async Task WriteDownAsync(CancellationToken allIsSent)
    {
        while (true)
        {
            try
            {
                await _tray.HasPaperworkAsync(allIsSent);
            }
            catch (OperationCanceledException)
            {
                _tray.GiveBack(GiveBack);
            }

            var (ended, beginning) = _tray.TakePaperwork(allIsSent.IsCancellationRequested ? 0 : MostBegun());
            if (ended.Count + beginning.Count > 0 && !await RecordAsync(ended, beginning, allIsSent))
                return;
            if (allIsSent.IsCancellationRequested && _tray.IsEmpty)
                return;
        }
    }

    int MostBegun() => Most(AheadOfEach * Math.Min(_outlet.InFlight, _options.Of(_channel).InFlight), Ahead);

    /// <summary>So many, or what leaves meanwhile.</summary>
    int Most(int atLeast, (TimeSpan Least, TimeSpan Most) time)
    {
        var strokes = 4 * _pen.Value;
        var seconds = Math.Clamp(strokes.TotalSeconds, time.Least.TotalSeconds, time.Most.TotalSeconds);
        return Math.Max(atLeast, (int)((_limits.Sends.Held ?? _size.Pace) * seconds));
    }

    /// <returns>False when nothing could be written down and there is no time for another try: the leases will tell.</returns>
    async Task<bool> RecordAsync(IReadOnlyList<InHand> ended, IReadOnlyList<InHand> beginning, CancellationToken allIsSent)
    {
        try
        {
            var beganAt = _clock.GetTimestamp();
            _tray.MaySend(await _desk.RecordAsync(ended, beginning, CancellationToken.None));
            _pen.Took(_clock.GetElapsedTime(beganAt));
            _tray.Written(ended);
            _size.Ended(ended.Count);
        }
        catch (Exception trouble)
        {
            _log.NotSending(_channel, trouble);
            if (allIsSent.IsCancellationRequested)
                return false;
            _tray.PutBack(ended, beginning);
            using var pause = new CancellationTokenSource(TimeSpan.FromSeconds(0.5), _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, allIsSent);
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, either.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return true;
        }

        Tell(ended);
        return true;
    }

    void End(OutgoingMessage message, MessageState state, string? reason) =>
        (message.State, message.Reason, message.DueAt, message.EndedAt) = (state, Shortened(reason), null, _clock.GetUtcNow());

    static void GiveBack(OutgoingMessage message) => (message.State, message.DueAt) = (MessageState.Queued, null);

    void Tell(IReadOnlyList<InHand> ended)
    {
        foreach (var batch in ended.GroupBy(x => x.Batch))
        {
            foreach (var failed in batch.Where(x => x.Message.State == MessageState.Failed))
                _log.Failed(_channel, failed.Message.NotificationId, failed.Message.WorkspaceId, batch.Key.BatchId, failed.Message.Reason!);
            _log.Delivered(_channel, batch.Key.WorkspaceId, batch.Key.BatchId, Of(MessageState.Sent), Of(MessageState.Failed), Of(MessageState.Deferred), Of(MessageState.Queued));

            int Of(MessageState state) => batch.Count(x => x.Message.State == state);
        }
    }

    static LetterOutcome Write(OutgoingMessage message) =>
        ContactSeal.Locked(message) is { } locked ? new LetterOutcome(null, locked)
        : message.Template is { } template
            ? Letters.Write(template, message.Values ?? new Dictionary<string, string>())
            : new LetterOutcome(new Letter(Letters.OneLine(message.Subject ?? ""), message.Text ?? ""), null);

    static string? Shortened(string? words) => words?.Length > Intake.LongestReason ? words[..Intake.LongestReason] : words;
}
