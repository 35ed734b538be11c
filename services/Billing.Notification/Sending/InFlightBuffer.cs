using System.Diagnostics.CodeAnalysis;
using Billing.Notification.Delivering;

namespace Billing.Notification.Sending;

/// <summary>
/// The messages of a channel that one process has claimed, between the steps of their way.
/// <code>
///   claimed --recorded as sending--> ready --begun--> under way --ended--> ended --outcome recorded--> gone
/// </code>
/// </summary>
/// <remarks>Messages pass those that wait because their workspace has as many under way as it may.</remarks>
sealed class InFlightBuffer(Lanes lanes) : IDisposable
{
    /// <summary>
    /// How many may be claimed, recorded and under way also changes when nothing here does: a limit is set anew, a workspace is slow no more. So every
    /// wait looks again by itself.
    /// </summary>
    static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    readonly LinkedList<ClaimedMessage> _claimed = new();
    readonly LinkedList<ClaimedMessage> _ready = new();
    readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _underWayOf = new(StringComparer.Ordinal);
    readonly List<ClaimedMessage> _ended = [];
    readonly SemaphoreSlim _recordable = new(0, 1);
    readonly SemaphoreSlim _sendable = new(0, 1);
    readonly SemaphoreSlim _fewer = new(0, 1);
    int _heldInAll;
    int _underWay;
    int _unrecorded;

    /// <summary>Messages that have not ended.</summary>
    public int CountAll
    {
        get
        {
            lock (_gate)
                return _heldInAll;
        }
    }

    /// <summary>Messages that have not ended, but for those that wait for others of their own workspace: they keep nobody from being claimed.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                if (!lanes.Matter)
                    return _heldInAll;
                var ofSlow = OfSlow(_underWayOf);
                return _heldInAll - _held.Where(one => lanes.IsHeldUp(one.Key, (_underWayOf.GetValueOrDefault(one.Key), ofSlow)))
                    .Sum(one => one.Value - _underWayOf.GetValueOrDefault(one.Key));
            }
        }
    }

    /// <summary>Messages of one workspace that have not ended.</summary>
    public int CountOf(string workspaceId)
    {
        lock (_gate)
            return _held.GetValueOrDefault(workspaceId);
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
            {
                _claimed.AddLast(message);
                Hold(message, 1);
            }

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
            var near = new Dictionary<string, int>(_underWayOf, StringComparer.Ordinal);
            foreach (var message in _ready)
                Add(near, message, 1);
            LinkedListNode<ClaimedMessage>? next;
            for (var node = _claimed.First; node is not null && _ready.Count + starting.Count < ahead; node = next)
            {
                next = node.Next;
                var (message, workspaceId) = (node.Value, node.Value.Message.WorkspaceId);
                // What could not begin soon would only stand in the way.
                if (lanes.IsHeldUp(workspaceId, (near.GetValueOrDefault(workspaceId), OfSlow(near))))
                    continue;
                Add(near, message, 1);
                _claimed.Remove(node);
                starting.Add(message);
            }

            return (ended, starting);
        }
    }

    /// <summary>The database did not take these: they are recorded with the next.</summary>
    public void PutBack(IReadOnlyList<ClaimedMessage> ended, IReadOnlyList<ClaimedMessage> starting)
    {
        lock (_gate)
        {
            _ended.AddRange(ended);
            foreach (var message in starting.Reverse())
                _claimed.AddFirst(message);
        }

        Signal(_recordable);
    }

    /// <param name="ended">Their outcome is recorded.</param>
    /// <param name="starting">These were to be recorded as sending.</param>
    /// <param name="ready">These are, and may be sent; another process has the rest.</param>
    public void Recorded(IReadOnlyList<ClaimedMessage> ended, IReadOnlyList<ClaimedMessage> starting, IReadOnlyList<ClaimedMessage> ready)
    {
        lock (_gate)
        {
            _unrecorded -= ended.Count(message => message.IsBegun);
            foreach (var lost in starting.Except(ready, ReferenceEqualityComparer.Instance).OfType<ClaimedMessage>())
                Hold(lost, -1);
            foreach (var message in ready)
                _ready.AddLast(message);
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
            await _sendable.WaitAsync(LookAgain, cancellationToken);
        }
    }

    public void End(ClaimedMessage message)
    {
        lock (_gate)
        {
            Left(message);
            _ended.Add(message);
        }

        Signal(_sendable);      // another of its workspace may begin
        Signal(_recordable);
        Signal(_fewer);
    }

    /// <summary>Nobody knows what became of the message: it is taken up again when its lease ends.</summary>
    public void LeaveToLease(ClaimedMessage message)
    {
        lock (_gate)
        {
            Left(message);
            _unrecorded--;
        }

        Signal(_sendable);
        Signal(_fewer);
        Signal(_recordable);
    }

    /// <summary>Ends every message that was not begun: it waits for its turn again.</summary>
    public void GiveBackWaiting()
    {
        lock (_gate)
        {
            foreach (var message in _ready.Concat(_claimed))
            {
                message.Message.GiveBack();
                Hold(message, -1);
                _ended.Add(message);
            }

            _ready.Clear();
            _claimed.Clear();
        }

        Signal(_recordable);
    }

    /// <summary>Ends when there may be something to record, or when the waiting is cancelled.</summary>
    public async Task HasRecordableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _recordable.WaitAsync(LookAgain, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // the caller looks at its token
        }
    }

    public Task HasFewerAsync(CancellationToken cancellationToken) => _fewer.WaitAsync(LookAgain, cancellationToken);

    public void Dispose()
    {
        _recordable.Dispose();
        _sendable.Dispose();
        _fewer.Dispose();
    }

    bool TryBegin(int mostUnrecorded, [NotNullWhen(true)] out ClaimedMessage? message)
    {
        message = null;
        var holdsUp = false;
        lock (_gate)
            if (_unrecorded < mostUnrecorded && NextThatMayBegin() is { } next)
            {
                message = next.Value;
                _ready.Remove(next);
                Add(_underWayOf, message, 1);
                (_underWay, _unrecorded, message.IsBegun) = (_underWay + 1, _unrecorded + 1, true);
                holdsUp = lanes.IsHeldUp(message.Message.WorkspaceId, (_underWayOf[message.Message.WorkspaceId], OfSlow(_underWayOf)));
            }

        if (holdsUp)
            Signal(_fewer);     // the others of its workspace count no more
        Signal(_recordable);
        return message is not null;
    }

    LinkedListNode<ClaimedMessage>? NextThatMayBegin()
    {
        int? ofSlow = null;
        string? passed = null;
        for (var node = _ready.First; node is not null; node = node.Next)
        {
            var workspaceId = node.Value.Message.WorkspaceId;
            if (workspaceId == passed)
                continue;
            ofSlow ??= OfSlow(_underWayOf);
            if (lanes.MayBegin(workspaceId, (_underWayOf.GetValueOrDefault(workspaceId), ofSlow.Value)))
                return node;
            passed = workspaceId;
        }

        return null;
    }

    int OfSlow(Dictionary<string, int> counts) => counts.Sum(one => lanes.IsSlow(one.Key) ? one.Value : 0);

    void Left(ClaimedMessage message)
    {
        _underWay--;
        Add(_underWayOf, message, -1);
        Hold(message, -1);
    }

    void Hold(ClaimedMessage message, int count)
    {
        _heldInAll += count;
        Add(_held, message, count);
    }

    static void Add(Dictionary<string, int> counts, ClaimedMessage message, int count)
    {
        var workspaceId = message.Message.WorkspaceId;
        var sum = counts.GetValueOrDefault(workspaceId) + count;
        if (sum == 0)
            counts.Remove(workspaceId);
        else
            counts[workspaceId] = sum;
    }

    static void Signal(SemaphoreSlim signal)
    {
        lock (signal)
            if (signal.CurrentCount == 0)
                signal.Release();
    }
}
