using Billing.Notification.Delivering;
using Billing.Notification.Settings;
using Billing.Persistence;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Sending;

/// <summary>
/// Sends what waits in one channel. A message takes five steps; three loops take them at the same time, and messages wait in the buffer between them.
/// <code>
///   1. claimed               <see cref="ClaimLoop"/>   takes it from the queue by turns, under a lease
///   2. recorded as sending   <see cref="RecordLoop"/>  only from here on may it have arrived
///   3. permitted             <see cref="SendPermits"/> keeps the limits of all processes
///   4. handed over           <see cref="Handover"/>    the provider's answer decides what becomes of it
///   5. outcome recorded      <see cref="RecordLoop"/>  in one transaction with the figures
/// </code>
/// </summary>
sealed class SendingWorker(
    Channel channel, ClaimLoop claims, RecordLoop records, SendPermits permits, Handover handover, SendingPace pace, Lanes lanes, DatabaseReadiness database,
    IHostApplicationLifetime host, IOptions<SendingOptions> options, TimeProvider clock, ILogger<SendingWorker> log) : BackgroundService
{
    readonly InFlightBuffer _buffer = new(lanes);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The stop counts from when the host knows of it, not from this worker's turn to stop.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, host.ApplicationStopping);
        await database.WaitAsync(stop.Token);
        using var allIsSent = new CancellationTokenSource();
        var recording = records.RunAsync(_buffer, allIsSent.Token);
        var sending = Task.WhenAll(claims.RunAsync(_buffer, stop.Token), SendAsync(stop.Token));
        // Only a defect of ours ends the recording first; its error ends the process.
        if (await Task.WhenAny(sending, recording) == recording)
            await recording;
        await sending;
        // What was sent must be recorded, also while the host stops.
        await allIsSent.CancelAsync();
        await recording;
    }

    async Task SendAsync(CancellationToken stopping)
    {
        var underWay = new List<Task>();
        try
        {
            while (true)
            {
                var message = await _buffer.BeginNextAsync(() => pace.MostUnrecorded, stopping);
                underWay.RemoveAll(task => task.IsCompleted);
                underWay.Add(await SendWhenPermittedAsync(message, stopping));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAll(underWay);
        }
    }

    /// <summary>A message that waits too long for its permit is given back, so that no other process has it at the same time.</summary>
    /// <returns>The sending, which goes on while the next message waits for its permit.</returns>
    async Task<Task> SendWhenPermittedAsync(ClaimedMessage message, CancellationToken stopping)
    {
        var (ready, refusal) = ReadyMessage.Of(message.Message);
        if (ready is null)
        {
            message.Message.Fail(refusal, clock.GetUtcNow());
            _buffer.End(message);
            return Task.CompletedTask;
        }

        var latest = message.LeaseEnd - (options.Value.Lease / 3);
        var left = latest - clock.GetUtcNow();
        using var lease = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
        using var tooLate = CancellationTokenSource.CreateLinkedTokenSource(stopping, lease.Token);
        try
        {
            var permit = await permits.TakeAsync(tooLate.Token);
            // A machine that was suspended did not count that time, and the calendar did: by then another process may have the message.
            if (clock.GetUtcNow() <= latest)
                return HandOverAsync(message, ready, permit);
            permit.Unused();
            permit.Dispose();
        }
        catch (OperationCanceledException) when (tooLate.IsCancellationRequested)
        {
            // it waited for too long
        }

        message.Message.GiveBack();
        _buffer.End(message);
        return Task.CompletedTask;
    }

    async Task HandOverAsync(ClaimedMessage message, ReadyMessage ready, SendPermit permit)
    {
        using (permit)
            try
            {
                await handover.SendAsync(message, ready, permit);
                _buffer.End(message);
            }
            catch (Exception trouble)
            {
                // An outlet that throws has no answer: nobody knows whether the message left.
                _buffer.LeaveToLease(message);
                log.NotSending(channel, trouble);
            }
    }

    public override void Dispose()
    {
        _buffer.Dispose();
        permits.Dispose();
        base.Dispose();
    }
}
