namespace Billing.Simulation.World;

/// <summary>Stands still until it is moved. Nothing here waits for it.</summary>
sealed class VirtualClock : TimeProvider
{
    public DateTimeOffset Now { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
}
