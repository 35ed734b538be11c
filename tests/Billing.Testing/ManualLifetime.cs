using Microsoft.Extensions.Hosting;

namespace Billing.Testing;

/// <summary>The life of a process that has begun, and stops when a test says so.</summary>
public sealed class ManualLifetime : IHostApplicationLifetime, IDisposable
{
    readonly CancellationTokenSource _stopping = new();

    public CancellationToken ApplicationStarted => new(canceled: true);
    public CancellationToken ApplicationStopping => _stopping.Token;
    public CancellationToken ApplicationStopped => CancellationToken.None;

    public void StopApplication() => _stopping.Cancel();
    public void Dispose() => _stopping.Dispose();
}
