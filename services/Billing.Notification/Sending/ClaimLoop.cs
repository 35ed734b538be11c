using Billing.Notification.Queueing;
using Billing.Notification.Settings;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Sending;

/// <summary>Keeps as many messages claimed as the pace asks for.</summary>
sealed class ClaimLoop(
    Channel channel, MessageClaims claims, SendPermits permits, SendingPace pace, Lanes lanes, Arrivals arrivals, IOptions<SendingOptions> options,
    TimeProvider clock, ILogger<ClaimLoop> log)
{
    /// <summary>Until the next claim when only workspaces wait that have as many messages here as they may.</summary>
    static readonly TimeSpan PauseForLanes = TimeSpan.FromMilliseconds(100);

    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);

    public async Task RunAsync(InFlightBuffer buffer, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var pause = options.Value.LookEvery;
            try
            {
                var wanted = pace.ClaimSize;
                var (held, room) = (buffer.Count, options.Value.Most - buffer.CountAll);
                if (held > wanted / 2 || room <= 0)
                {
                    await buffer.HasFewerAsync(stopping);
                    continue;
                }

                var claim = await ClaimAsync(buffer, Math.Min(wanted - held, room), stopping);
                buffer.Add(claim.Messages);
                if (claim.Messages.Count > 0)
                    continue;
                pause = PauseAfter(claim);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception trouble)
            {
                // The database may be away. What was claimed comes back when its lease ends.
                log.NotSending(channel, trouble);
            }

            await arrivals.WaitAsync(channel, pause, clock, stopping);
            if (buffer.IsEmpty)
                pace.Pause();
        }
    }

    async Task<Claim> ClaimAsync(InFlightBuffer buffer, int room, CancellationToken stopping)
    {
        if (!await claims.IsSomethingWaitingAsync(channel, stopping))
            return Claim.Nothing;
        // A process that may send nothing keeps no message from the others.
        await permits.HasShareAsync(stopping);
        var askedAt = clock.GetTimestamp();
        var claim = await claims.ClaimAsync(
            channel, room, workspaceId => lanes.RoomOf(workspaceId, buffer.CountOf(workspaceId), options.Value.Batch.Least), stopping);
        pace.Claimed(clock.GetElapsedTime(askedAt));
        return claim;
    }

    TimeSpan PauseAfter(Claim claim)
    {
        var usual = claim.IsHeldBack && PauseForLanes < options.Value.LookEvery ? PauseForLanes : options.Value.LookEvery;
        if (claim.LookAgainAt - clock.GetUtcNow() is not { } soon || soon >= usual)
            return usual;
        return soon > ShortestPause ? soon : ShortestPause;
    }
}
