using Billing.Notification.Queueing;
using Billing.Notification.Settings;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Sending;

/// <summary>Keeps as many messages claimed as the pace asks for.</summary>
sealed class ClaimLoop(
    Channel channel, MessageClaims claims, SendPermits permits, SendingPace pace, Arrivals arrivals, IOptions<SendingOptions> options, TimeProvider clock,
    ILogger<ClaimLoop> log)
{
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(1);

    public async Task RunAsync(InFlightBuffer buffer, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var pause = options.Value.LookEvery;
            try
            {
                var wanted = pace.ClaimSize;
                if (buffer.Count > wanted / 2)
                {
                    await buffer.HasFewerAsync(stopping);
                    continue;
                }

                var claim = await ClaimAsync(wanted - buffer.Count, stopping);
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

    async Task<Claim> ClaimAsync(int room, CancellationToken stopping)
    {
        if (!await claims.IsSomethingWaitingAsync(channel, stopping))
            return new Claim([], null);
        // A process that may send nothing keeps no message from the others.
        await permits.HasShareAsync(stopping);
        var askedAt = clock.GetTimestamp();
        var claim = await claims.ClaimAsync(channel, room, stopping);
        pace.Claimed(clock.GetElapsedTime(askedAt));
        return claim;
    }

    TimeSpan PauseAfter(Claim claim)
    {
        var usual = options.Value.LookEvery;
        if (claim.LookAgainAt - clock.GetUtcNow() is not { } soon || soon >= usual)
            return usual;
        return soon > ShortestPause ? soon : ShortestPause;
    }
}
