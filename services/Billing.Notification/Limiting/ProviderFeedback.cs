using Billing.Limits;
using Billing.Notification.Delivering;
using Billing.Notification.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Limiting;

/// <summary>
/// What this process saw of a channel's provider since it was last judged. The limit of all processes is moved under its lock: each process brings what it saw,
/// and bad news that comes together counts as one trouble. How long answers take is kept for each workspace: one whose receivers are slow is slow alone.
/// </summary>
sealed class ProviderFeedback(Channel channel, IOptions<SendingOptions> options, TimeProvider clock, ILogger<ProviderFeedback> log) : IPermitAdvisor
{
    /// <summary>Fewer answers say nothing of the provider's pace: they wait for more.</summary>
    const int FewestForLatency = 5;

    readonly Lock _gate = new();
    readonly AdaptiveOptions _options = options.Value.Of(channel).Adaptive;
    readonly WorkspacePaces _paces = new(clock);
    int _refusals;
    int _sent;
    TimeSpan _asked;
    TimeSpan? _usual;
    volatile bool _someAreSlow;

    public bool IsUrgent
    {
        get
        {
            lock (_gate)
                return _refusals > 0;
        }
    }

    /// <returns>True when the limit should be looked at now.</returns>
    public bool Saw(ProviderReply reply, TimeSpan took, string workspaceId)
    {
        lock (_gate)
        {
            if (reply.Answer == ProviderAnswer.TooFast)
            {
                _refusals++;
                _asked = reply.RetryAfter > _asked ? reply.RetryAfter.Value : _asked;
                return true;
            }

            _sent++;
            _paces.Saw(workspaceId, took);
            if (took > _options.SlowFrom)
                _someAreSlow = true;
            return false;
        }
    }

    /// <summary>True when nothing was heard for a workspace lately: how fast its messages are taken is not known yet.</summary>
    public bool IsUnknown(string workspaceId)
    {
        lock (_gate)
            return _paces.Of(workspaceId) is null;
    }

    /// <summary>True when the messages of a workspace take much longer than usual in this channel.</summary>
    public bool IsSlow(string workspaceId)
    {
        if (!_someAreSlow)
            return false;
        lock (_gate)
            return _paces.Of(workspaceId) is { } pace && (_usual ?? _paces.Quickest) is { } usual && AdaptiveLimit.IsSlow(pace, usual, _options);
    }

    public void Advise(DbContext db, PermitLimitRow row, int permits)
    {
        var usual = row.UsualLatency is { } known ? TimeSpan.FromMicroseconds(known) : (TimeSpan?)null;
        var (signal, asked) = Take(usual);
        if (permits == 0 || signal is { Refusals: 0, Sent: 0 })
            return;
        var now = clock.GetUtcNow();
        if (asked > TimeSpan.Zero)
            Hold(row, now, now + (asked < _options.LongestHold ? asked : _options.LongestHold));
        var state = new LimitState(Math.Min(row.Lowered ?? permits, permits), row.LoweredAt ?? DateTimeOffset.MinValue, usual);
        var (next, change) = AdaptiveLimit.After(state, signal, now, _options with { Ceiling = permits, Floor = Math.Min(_options.Floor, permits) });
        row.Lowered = next.PerSecond < permits ? next.PerSecond : null;
        row.LoweredAt = next.ChangedAt == DateTimeOffset.MinValue ? null : next.ChangedAt;
        row.UsualLatency = (long?)next.UsualLatency?.TotalMicroseconds;
        if (change is null)
            return;
        db.Add(new LimitChangeEntry
        {
            LimitChangeId = Guid.CreateVersion7(now),
            Channel = channel,
            At = now,
            From = change.From,
            To = change.To,
            Cause = change.Cause
        });
        if (change.To < change.From)
            log.LimitFalls(channel, change.From, change.To, change.Cause);
        else
            log.LimitRises(channel, change.From, change.To, change.Cause);
    }

    void Hold(PermitLimitRow row, DateTimeOffset now, DateTimeOffset until)
    {
        if (row.HeldUntil >= until)
            return;
        if (!(row.HeldUntil > now))
            log.ChannelHeld(channel, until);
        row.HeldUntil = until;
    }

    (ProviderSignal Signal, TimeSpan Asked) Take(TimeSpan? usual)
    {
        lock (_gate)
        {
            var isEnough = _sent >= FewestForLatency;
            var signal = new ProviderSignal(_refusals, isEnough ? _sent : 0, isEnough ? _paces.Judge() : null);
            var asked = _asked;
            _someAreSlow = _someAreSlow && _paces.IsAnyAbove(_options.SlowFrom);
            (_usual, _refusals, _sent, _asked) = (usual, 0, isEnough ? 0 : _sent, TimeSpan.Zero);
            return (signal, asked);
        }
    }
}
