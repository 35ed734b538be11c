using System.Diagnostics.CodeAnalysis;
using Billing.Notification.Delivering;

namespace Billing.Notification.Sending;

/// <summary>
/// The messages of a channel that one process has claimed, between the steps of their way.
/// <code>
///   claimed --recorded as sending--> ready --begun--> under way --ended--> ended --outcome recorded--> gone
/// </code>
/// </summary>
sealed class InFlightBuffer : IDisposable
{
    readonly Lock _gate = new();
    readonly Queue<ClaimedMessage> _claimed = new();
    readonly Queue<ClaimedMessage> _ready = new();
    readonly List<ClaimedMessage> _ended = [];
    readonly SemaphoreSlim _recordable = new(0, 1);
    readonly SemaphoreSlim _sendable = new(0, 1);
    readonly SemaphoreSlim _fewer = new(0, 1);
    int _underWay;
    int _unrecorded;

    /// <summary>Messages that have not ended.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _claimed.Count + _ready.Count + _underWay;
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _claimed.Count + _ready.Count + _underWay + _ended.Count == 0;
        }
    }

    public void Add(IEnumerable<ClaimedMessage> claimed)
    {
        lock (_gate)
            foreach (var message in claimed)
                _claimed.Enqueue(message);
        Signal(_recordable);
    }

    /// <summary>Takes what has ended, and what may be recorded as sending: at most so many messages are ready ahead of the sending.</summary>
    public (IReadOnlyList<ClaimedMessage> Ended, IReadOnlyList<ClaimedMessage> Starting) TakeToRecord(int ahead)
    {
        lock (_gate)
        {
            ClaimedMessage[] ended = [.. _ended];
            _ended.Clear();
            var starting = new List<ClaimedMessage>();
            while (_ready.Count + starting.Count < ahead && _claimed.TryDequeue(out var next))
                starting.Add(next);
            return (ended, starting);
        }
    }

    /// <summary>The database did not take these: they are recorded with the next.</summary>
    public void PutBack(IReadOnlyList<ClaimedMessage> ended, IReadOnlyList<ClaimedMessage> starting)
    {
        lock (_gate)
        {
            _ended.AddRange(ended);
            ClaimedMessage[] behind = [.. _claimed];
            _claimed.Clear();
            foreach (var message in starting.Concat(behind))
                _claimed.Enqueue(message);
        }

        Signal(_recordable);
    }

    /// <param name="ended">Their outcome is recorded.</param>
    /// <param name="ready">These are recorded as sending, and may be sent.</param>
    public void Recorded(IReadOnlyList<ClaimedMessage> ended, IReadOnlyList<ClaimedMessage> ready)
    {
        lock (_gate)
        {
            _unrecorded -= ended.Count(message => message.IsBegun);
            foreach (var message in ready)
                _ready.Enqueue(message);
        }

        Signal(_sendable);
        Signal(_fewer);
    }

    /// <summary>Waits for the next message that may be sent.</summary>
    /// <param name="mostUnrecorded">So many messages at most are sent whose outcome is not recorded yet: these may arrive twice after a crash.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<ClaimedMessage> BeginNextAsync(Func<int> mostUnrecorded, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryBegin(mostUnrecorded(), out var message))
                return message;
            await _sendable.WaitAsync(cancellationToken);
        }
    }

    public void End(ClaimedMessage message)
    {
        lock (_gate)
        {
            _underWay--;
            _ended.Add(message);
        }

        Signal(_recordable);
        Signal(_fewer);
    }

    /// <summary>Nobody knows what became of the message: it is taken up again when its lease ends.</summary>
    public void LeaveToLease()
    {
        lock (_gate)
            (_underWay, _unrecorded) = (_underWay - 1, _unrecorded - 1);
        Signal(_sendable);
        Signal(_fewer);
        Signal(_recordable);
    }

    /// <summary>Ends every message that was not begun: it waits for its turn again.</summary>
    public void GiveBackWaiting()
    {
        lock (_gate)
            foreach (var queue in (Queue<ClaimedMessage>[])[_ready, _claimed])
                while (queue.TryDequeue(out var message))
                {
                    message.Message.GiveBack();
                    _ended.Add(message);
                }

        Signal(_recordable);
    }

    /// <summary>Ends when there may be something to record, or when the waiting is cancelled.</summary>
    public async Task HasRecordableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _recordable.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // the caller looks at its token
        }
    }

    public Task HasFewerAsync(CancellationToken cancellationToken) => _fewer.WaitAsync(cancellationToken);

    public void Dispose()
    {
        _recordable.Dispose();
        _sendable.Dispose();
        _fewer.Dispose();
    }

    bool TryBegin(int mostUnrecorded, [NotNullWhen(true)] out ClaimedMessage? message)
    {
        message = null;
        lock (_gate)
            if (_unrecorded < mostUnrecorded && _ready.TryDequeue(out message))
                (_underWay, _unrecorded, message.IsBegun) = (_underWay + 1, _unrecorded + 1, true);
        Signal(_recordable);
        return message is not null;
    }

    static void Signal(SemaphoreSlim signal)
    {
        lock (signal)
            if (signal.CurrentCount == 0)
                signal.Release();
    }
}
