namespace Billing.Persistence;

/// <summary>Tells when the service's tables are there. Background work that needs them waits here first.</summary>
public sealed class DatabaseReadiness
{
    readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _waitingFor;

    /// <summary>Why it is not ready yet, or null.</summary>
    public string? Reason { get; private set; }

    /// <summary>Returns at once in a host without a database.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) =>
        _waitingFor == 0 ? Task.CompletedTask : _ready.Task.WaitAsync(cancellationToken);

    internal void Expect()
    {
        _waitingFor = 1;
        Reason = "the tables are not brought up to date yet";
    }

    internal void NotYet(string reason) => Reason = reason;

    internal void Ready()
    {
        Reason = null;
        _ready.TrySetResult();
    }
}
