using System.Diagnostics.CodeAnalysis;
using Billing.Notification.Queueing;

namespace Billing.Notification.Sending;

/// <summary>
/// What one process has in hand of a channel. A message goes through it in one direction: collected, written down as
/// being sent, under way, ended, and written down again.
/// </summary>
sealed class Tray : IDisposable
{
    readonly Lock _gate = new();
    readonly Queue<InHand> _collected = new();
    readonly Queue<InHand> _ready = new();
    readonly List<InHand> _ended = [];
    readonly SemaphoreSlim _paperwork = new(0, 1);
    readonly SemaphoreSlim _sendable = new(0, 1);
    readonly SemaphoreSlim _fewer = new(0, 1);
    int _underWay;
    int _unwritten;

    /// <summary>Not yet ended.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _collected.Count + _ready.Count + _underWay;
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _collected.Count + _ready.Count + _underWay + _ended.Count == 0;
        }
    }

    public void Add(IEnumerable<InHand> collected)
    {
        lock (_gate)
            foreach (var message in collected)
                _collected.Enqueue(message);
        Signal(_paperwork);
    }

    /// <summary>What has ended, and what may be written down as being sent: no more than so many ahead.</summary>
    public (IReadOnlyList<InHand> Ended, IReadOnlyList<InHand> Beginning) TakePaperwork(int ahead)
    {
        lock (_gate)
        {
            InHand[] ended = [.. _ended];
            _ended.Clear();
            var beginning = new List<InHand>();
            while (_ready.Count + beginning.Count < ahead && _collected.TryDequeue(out var next))
                beginning.Add(next);
            return (ended, beginning);
        }
    }

    /// <summary>The database did not take it; it is tried again.</summary>
    public void PutBack(IReadOnlyList<InHand> ended, IReadOnlyList<InHand> beginning)
    {
        lock (_gate)
        {
            _ended.AddRange(ended);
            InHand[] behind = [.. _collected];
            _collected.Clear();
            foreach (var message in beginning.Concat(behind))
                _collected.Enqueue(message);
        }

        Signal(_paperwork);
    }

    public void MaySend(IReadOnlyList<InHand> messages)
    {
        lock (_gate)
            foreach (var message in messages)
                _ready.Enqueue(message);
        Signal(_sendable);
        Signal(_fewer);
    }

    /// <param name="message">The next.</param>
    /// <param name="mostUnwritten">No more than so many are sent of which it is not written down yet what became of them: these may arrive twice after a crash.</param>
    public bool TryBegin([NotNullWhen(true)] out InHand? message, int mostUnwritten)
    {
        message = null;
        lock (_gate)
            if (_unwritten < mostUnwritten && _ready.TryDequeue(out message))
                (_underWay, _unwritten, message.IsBegun) = (_underWay + 1, _unwritten + 1, true);
        Signal(_paperwork);
        return message is not null;
    }

    /// <summary>It is written down what became of so many that were begun.</summary>
    public void Written(IEnumerable<InHand> ended)
    {
        lock (_gate)
            _unwritten -= ended.Count(message => message.IsBegun);
        Signal(_sendable);
    }

    public void End(InHand message)
    {
        lock (_gate)
        {
            _underWay--;
            _ended.Add(message);
        }

        Signal(_paperwork);
        Signal(_fewer);
    }

    /// <summary>Nobody knows what became of it: it is taken up again when its lease ends.</summary>
    public void Leave()
    {
        lock (_gate)
            (_underWay, _unwritten) = (_underWay - 1, _unwritten - 1);
        Signal(_sendable);
        Signal(_fewer);
        Signal(_paperwork);
    }

    /// <summary>Everything that was not begun, to be given back.</summary>
    public void GiveBack(Action<OutgoingMessage> giveBack)
    {
        lock (_gate)
            foreach (var queue in (Queue<InHand>[])[_ready, _collected])
                while (queue.TryDequeue(out var message))
                {
                    giveBack(message.Message);
                    _ended.Add(message);
                }

        Signal(_paperwork);
    }

    public Task HasPaperworkAsync(CancellationToken cancellationToken) => _paperwork.WaitAsync(cancellationToken);

    public Task HasSendableAsync(CancellationToken cancellationToken) => _sendable.WaitAsync(cancellationToken);

    public Task HasFewerAsync(CancellationToken cancellationToken) => _fewer.WaitAsync(cancellationToken);

    static void Signal(SemaphoreSlim signal)
    {
        lock (signal)
            if (signal.CurrentCount == 0)
                signal.Release();
    }

    public void Dispose()
    {
        _paperwork.Dispose();
        _sendable.Dispose();
        _fewer.Dispose();
    }
}
