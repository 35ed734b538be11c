using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Limits;

public static class PermitSetup
{
    /// <summary>Limits whose permits all processes on the service's database share. Its model calls <see cref="PermitModel.AddPermits"/>.</summary>
    /// <param name="services">The service's.</param>
    /// <param name="limits">What is configured.</param>
    /// <param name="ready">Ends when the tables are there; at once when left out.</param>
    public static void AddSharedPermits<TDbContext>(
        this IServiceCollection services, Func<IServiceProvider, IEnumerable<PermitOptions>> limits,
            Func<IServiceProvider, CancellationToken, Task>? ready = null)
        where TDbContext : DbContext
    {
        services.AddSingleton<PermitCounter>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SharedPermits<TDbContext>>(
            provider, limits(provider), (CancellationToken stopping) => ready?.Invoke(provider, stopping) ?? Task.CompletedTask));
        services.AddSingleton<ISharedPermits>(provider => provider.GetRequiredService<SharedPermits<TDbContext>>());
        services.AddHostedService(provider => provider.GetRequiredService<SharedPermits<TDbContext>>());
    }

    /// <summary>Sets how many permits there are, in the caller's transaction; each process notices within about a second.</summary>
    /// <param name="db">The caller's.</param>
    /// <param name="bulk">The provider's.</param>
    /// <param name="name">Whose limit.</param>
    /// <param name="permits">0 is a pause, null is no limit.</param>
    /// <param name="by">The person.</param>
    /// <param name="at">When it was asked for.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public static async Task SetPermitsAsync(this DbContext db, IBulkWriter bulk, string name, int? permits, string? by, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        await bulk.InsertNewAsync(db, [new PermitLimitRow { Name = name }], cancellationToken);
        await db.Set<PermitLimitRow>().Where(limit => limit.Name == name).ExecuteUpdateAsync(set => set
            .SetProperty(limit => limit.IsSet, true).SetProperty(limit => limit.Permits, permits)
            .SetProperty(limit => limit.Lowered, (int?)null).SetProperty(limit => limit.HeldUntil, (DateTimeOffset?)null)
            .SetProperty(limit => limit.SetBy, by).SetProperty(limit => limit.SetAt, at), cancellationToken);
    }
}
