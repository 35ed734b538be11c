using Billing.Limits;
using Billing.Notification.Delivering;
using Billing.Notification.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Limiting;

/// <summary>
/// What this process saw of a channel's provider since the limit was last looked at. The limit of all processes is moved under its lock: each process brings
/// what it saw, and bad news that comes together counts as one trouble.
/// </summary>
sealed class ProviderFeedback(Channel channel, IOptions<SendingOptions> options, TimeProvider clock, ILogger<ProviderFeedback> log) : IPermitAdvisor
{
    /// <summary>Fewer say nothing of the provider's pace.</summary>
    const int FewestForLatency = 5;

    readonly Lock _gate = new();
    readonly AdaptiveOptions _options = options.Value.Of(channel).Adaptive;
    int _refusals;
    int _sent;
    TimeSpan _latency;
    TimeSpan _asked;

    public bool IsUrgent
    {
        get
        {
            lock (_gate)
                return _refusals > 0;
        }
    }

    /// <returns>True when the limit should be looked at now.</returns>
    public bool Saw(ProviderReply reply, TimeSpan took)
    {
        lock (_gate)
        {
            if (reply.Answer == ProviderAnswer.TooFast)
            {
                _refusals++;
                _asked = reply.RetryAfter > _asked ? reply.RetryAfter.Value : _asked;
                return true;
            }

            (_sent, _latency) = (_sent + 1, _latency + took);
            return false;
        }
    }

    public void Advise(DbContext db, PermitLimitRow row, int permits)
    {
        var (signal, asked) = Take();
        if (permits == 0 || signal is { Refusals: 0, Sent: 0 })
            return;
        var now = clock.GetUtcNow();
        if (asked > TimeSpan.Zero)
            Hold(row, now, now + (asked < _options.LongestHold ? asked : _options.LongestHold));
        var state = new LimitState(Math.Min(row.Lowered ?? permits, permits), row.LoweredAt ?? DateTimeOffset.MinValue,
            row.UsualLatency is { } usual ? TimeSpan.FromMicroseconds(usual) : null);
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

    (ProviderSignal Signal, TimeSpan Asked) Take()
    {
        lock (_gate)
        {
            var signal = new ProviderSignal(_refusals, _sent, _sent >= FewestForLatency ? _latency / _sent : null);
            var asked = _asked;
            (_refusals, _sent, _latency, _asked) = (0, 0, TimeSpan.Zero, TimeSpan.Zero);
            return (signal, asked);
        }
    }
}
