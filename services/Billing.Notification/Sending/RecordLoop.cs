using Billing.Notification.Messages;

namespace Billing.Notification.Sending;

/// <summary>Records which messages are about to be sent, and what became of those that were. Only what is recorded as sending may be sent.</summary>
sealed class RecordLoop(Channel channel, OutcomeRecorder recorder, SendingPace pace, TimeProvider clock, ILogger<RecordLoop> log)
{
    static readonly TimeSpan PauseAfterTrouble = TimeSpan.FromSeconds(0.5);

    /// <param name="buffer">Holds what is to be recorded.</param>
    /// <param name="allIsSent">Nothing is under way any more: what was not begun is given back, and the loop ends when all is recorded.</param>
    public async Task RunAsync(InFlightBuffer buffer, CancellationToken allIsSent)
    {
        do
        {
            await buffer.HasRecordableAsync(allIsSent);
            if (allIsSent.IsCancellationRequested)
                buffer.GiveBackWaiting();
            var (ended, starting) = buffer.TakeToRecord(allIsSent.IsCancellationRequested ? 0 : pace.MostAhead);
            if (ended.Count + starting.Count > 0 && !await RecordAsync(buffer, ended, starting, allIsSent))
                return;
        }
        while (!allIsSent.IsCancellationRequested || !buffer.IsEmpty);
    }

    /// <returns>False when nothing could be recorded and there is no time for another try: what was claimed comes back when its lease ends.</returns>
    async Task<bool> RecordAsync(InFlightBuffer buffer, IReadOnlyList<ClaimedMessage> ended, IReadOnlyList<ClaimedMessage> starting,
        CancellationToken allIsSent)
    {
        try
        {
            var startedAt = clock.GetTimestamp();
            var ready = await recorder.RecordAsync(ended, starting, CancellationToken.None);
            pace.Recorded(ended.Count, clock.GetElapsedTime(startedAt));
            buffer.Recorded(ended, starting, ready);
        }
        catch (Exception trouble)
        {
            log.NotSending(channel, trouble);
            if (allIsSent.IsCancellationRequested)
                return false;
            buffer.PutBack(ended, starting);
            await Task.Delay(PauseAfterTrouble, clock, allIsSent).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        }

        foreach (var batch in ended.GroupBy(message => message.Batch))
            Tell(batch.Key, [.. batch.Select(message => message.Message)]);
        return true;
    }

    void Tell(MessageBatch batch, List<OutgoingMessage> messages)
    {
        foreach (var message in messages.Where(message => message.State is MessageState.Sent or MessageState.Failed))
            using (log.Trace(message))
                Tell(batch, message);
        log.Delivered(
            channel, batch.WorkspaceId, batch.BatchId, In(MessageState.Sent), In(MessageState.Failed), In(MessageState.Deferred), In(MessageState.Queued));

        int In(MessageState state) => messages.Count(message => message.State == state);
    }

    void Tell(MessageBatch batch, OutgoingMessage message)
    {
        if (message.State == MessageState.Sent)
            log.Sent(channel, message.NotificationId, message.WorkspaceId, batch.BatchId);
        else
            log.Failed(channel, message.NotificationId, message.WorkspaceId, batch.BatchId, message.Reason!);
    }
}
