using Billing.Limits;

namespace Billing.Notification.Sending;

/// <summary>
/// What a message needs before it may leave: a place at this process's outlet, a place in flight and a send, the last two within the limits of all processes.
/// </summary>
/// <param name="inFlight">Bounds messages under way at the same time.</param>
/// <param name="sends">Bounds messages a second.</param>
/// <param name="places">Messages that the outlet takes at the same time.</param>
sealed class SendPermits(PermitLimit inFlight, PermitLimit sends, int places) : IDisposable
{
    readonly SemaphoreSlim _places = new(places);

    /// <summary>Sends a second that this process may make; null without a limit.</summary>
    public int? Held => sends.Held;

    /// <summary>Messages that all processes together may have under way, as it is set now.</summary>
    public int InFlight => inFlight.Setting.PerSecond ?? inFlight.Configured ?? 1;

    /// <summary>Messages that this process may have under way when all processes have something to send.</summary>
    public int Places => Math.Min(places, inFlight.Share ?? InFlight);

    /// <summary>Ends when this process has a share of both limits: one that may send nothing claims nothing.</summary>
    public async Task HasShareAsync(CancellationToken cancellationToken)
    {
        await inFlight.HasShareAsync(cancellationToken);
        await sends.HasShareAsync(cancellationToken);
    }

    /// <exception cref="OperationCanceledException">The message may not wait any longer. Nothing is held then.</exception>
    public async Task<SendPermit> TakeAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        Permit? flight = null;
        try
        {
            flight = await inFlight.TakeAsync(cancellationToken);
            return new SendPermit(_places, flight, await sends.TakeAsync(cancellationToken));
        }
        catch
        {
            flight?.Unused();
            _places.Release();
            throw;
        }
    }

    /// <summary>Lets the limit be looked at without waiting for the next renewal.</summary>
    public void LookNow() => sends.LookNow();

    public void Dispose() => _places.Dispose();
}

/// <summary>Permission to send one message at once. It counts as lost, and rests for longer, when it is disposed of before an answer came.</summary>
sealed class SendPermit(SemaphoreSlim places, Permit flight, Permit send) : IDisposable
{
    public void Answered() => send.Answered();

    /// <summary>Nothing was sent: what was taken is free at once.</summary>
    public void Unused() => send.Unused();

    public void Dispose()
    {
        send.Dispose();
        flight.Answered();
        places.Release();
    }
}
