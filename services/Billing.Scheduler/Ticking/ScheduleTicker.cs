using Billing.Scheduler.Schedules;

namespace Billing.Scheduler.Ticking;

/// <summary>Runs each <see cref="TickStep"/> in a scope of its own.</summary>
sealed class ScheduleTicker(IServiceScopeFactory scopes)
{
    public Task FireAsync(string schedule, CancellationToken cancellationToken) => InScopeAsync(step => step.FireAsync(schedule, cancellationToken));

    public Task AdoptAsync(IReadOnlyList<ScheduleDefinition> configured, CancellationToken cancellationToken) =>
        InScopeAsync(step => step.AdoptAsync(configured, cancellationToken));

    async Task InScopeAsync(Func<TickStep, Task> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<TickStep>());
    }
}
