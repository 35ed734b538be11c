using Billing.Persistence;
using Billing.SeatRefresh.Settings;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Counting;

/// <summary>The time that a count may take, and the words for one that failed.</summary>
sealed class TimeBound(IOptions<RefreshOptions> options, TimeProvider clock)
{
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken) => await RunAsync(async within =>
    {
        await work(within);
        return true;
    }, cancellationToken);

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = clock.CreateTimer(_ => bound.Cancel(), null, options.Value.JobTime, Timeout.InfiniteTimeSpan);
        return await work(bound.Token);
    }

    public string ReasonOf(Exception failure) =>
        failure is OperationCanceledException ? $"it took longer than {options.Value.JobTime}"
        : OutOfTime.Is(failure) ? "a statement took longer than the database allows"
        : failure.GetBaseException().Message;
}
