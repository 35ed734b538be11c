using Billing.Hosting.Http;
using Billing.SeatRefresh.Plans;
using Billing.SeatRefresh.Seats;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.SeatRefresh.Reporting;

/// <summary>What people and programs may read over HTTP. Nothing here changes anything: that is done by commands on the bus.</summary>
static class SubscriptionEndpoint
{
    /// <summary>Newest changes shown: 20, a screen of them.</summary>
    const int HistoryShown = 20;

    public static void MapReporting(this WebApplication app) =>
        app.MapGroup("").Needs(Rights.Read).MapGet("/api/subscriptions/{**id:minlength(1)}",
            async Task<Results<Ok<SubscriptionView>, NotFound>> (string id, SeatRefreshDbContext db, IOptions<PlanOptions> plans, CancellationToken stopping) =>
            await FindAsync(db, id, plans.Value, stopping) is { } view ? TypedResults.Ok(view) : TypedResults.NotFound());

    static async Task<SubscriptionView?> FindAsync(SeatRefreshDbContext db, string id, PlanOptions plans, CancellationToken cancellationToken)
    {
        if (await db.Subscriptions.AsNoTracking().SingleOrDefaultAsync(x => x.SubscriptionId == id, cancellationToken) is not { } found)
            return null;
        var history = await db.History.AsNoTracking().Where(x => x.SubscriptionId == id).OrderByDescending(x => x.Version).Take(HistoryShown)
            .ToListAsync(cancellationToken);
        return new SubscriptionView(
            found.SubscriptionId, found.AccountId, found.NamespaceId, found.Plan, found.Trial, SeatDecision.IsBillable(found.Terms, plans.Of(found.Plan)),
            found.TermStart, found.TermEnd, found.Seats, found.SeatsInUse, found.MaxSeatsUsed, found.SeatsOwed,
            (found.Count with { Seats = found.Seats }).Remaining,
            found.Version, found.LastSeatRefreshAt, found.EndedAt, history);
    }
}

/// <summary>A subscription as of its last count.</summary>
public sealed record SubscriptionView(
    string SubscriptionId, string AccountId, string NamespaceId, string Plan, bool Trial, bool Billable,
    DateOnly TermStart, DateOnly TermEnd, int Seats, int SeatsInUse, int MaxSeatsUsed, int SeatsOwed, int SeatsRemaining,
    int Version, DateTimeOffset? LastSeatRefreshAt, DateTimeOffset? EndedAt, IReadOnlyList<SeatHistory> History);
