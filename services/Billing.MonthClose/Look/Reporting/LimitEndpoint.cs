using Billing.Hosting.Http;
using Billing.Limits;
using Billing.MonthClose.Gateway;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>The limits of the providers, as all processes obey them now.</summary>
static class LimitEndpoint
{
    public static void MapLimits(this WebApplication app) => app.MapGroup("").Needs(Rights.Read).MapGet("/api/limits",
        async (MonthCloseDbContext db, ISharedPermits permits, IOptions<GatewayOptions> options, CancellationToken stopping) =>
            TypedResults.Ok((IReadOnlyList<ProviderLimitView>)[await OfGatewayAsync(db, permits, options.Value, stopping)]));

    static async Task<ProviderLimitView> OfGatewayAsync(
        MonthCloseDbContext db, ISharedPermits permits, GatewayOptions options, CancellationToken cancellationToken)
    {
        var rows = await db.Set<PermitLimitRow>().AsNoTracking().Where(limit => limit.Name == GatewayLimit.Name || limit.Name == GatewayLimit.InFlight)
            .ToDictionaryAsync(limit => limit.Name, cancellationToken);
        var places = await db.Set<PermitHolderRow>().AsNoTracking().Where(holder => holder.Name == GatewayLimit.InFlight).OrderBy(holder => holder.Holder)
            .Select(holder => holder.Count).ToListAsync(cancellationToken);
        return new ProviderLimitView(GatewayLimit.Name, Of(GatewayLimit.Name), Of(GatewayLimit.InFlight), options.Concurrency, places,
            rows.GetValueOrDefault(GatewayLimit.Name)?.SetBy, rows.GetValueOrDefault(GatewayLimit.InFlight)?.SetBy);

        int? Of(string limit) => rows.GetValueOrDefault(limit).PermitsOr(permits.Of(limit).Configured);
    }
}
