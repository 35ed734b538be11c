namespace Billing.Scheduler.Ticking;

/// <summary>A desk in a scope of its own for each piece of work.</summary>
sealed class Desks(IServiceScopeFactory scopes)
{
    public Task FireAsync(string schedule, CancellationToken cancellationToken) => WithAsync(desk => desk.FireAsync(schedule, cancellationToken));

    public async Task WithAsync(Func<TickDesk, Task> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<TickDesk>());
    }
}
