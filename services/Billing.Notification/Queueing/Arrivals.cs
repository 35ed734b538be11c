using Billing.Hosting.Work;

namespace Billing.Notification.Queueing;

/// <summary>Tells the workers of this process that a message was just committed for them.</summary>
sealed class Arrivals
{
    readonly Dictionary<Channel, WakeSignal> _arrived = Enum.GetValues<Channel>().ToDictionary(channel => channel, _ => new WakeSignal());

    public void Tell(Channel channel) => _arrived[channel].Set();

    /// <summary>Ends with the next arrival, when it is time to look anyway, or when the host stops: the caller sees which.</summary>
    public Task WaitAsync(Channel channel, TimeSpan longest, TimeProvider clock, CancellationToken stopping) =>
        _arrived[channel].WaitAtMostAsync(longest, clock, stopping);
}
