using Billing.Hosting.Http;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Reporting;

/// <summary>One subscription in a list, as of its last count.</summary>
public sealed record SubscriptionLine(
    string SubscriptionId, string AccountId, string Plan, bool Trial, DateOnly TermEnd, int Seats, int SeatsInUse, int MaxSeatsUsed, int SeatsOwed,
    DateTimeOffset? LastSeatRefreshAt, DateTimeOffset? EndedAt);

static class ListEndpoint
{
    const int Most = 500;

    /// <summary>By the beginning of the id, or of one account; in the order of the ids, page by page.</summary>
    public static void MapLists(this WebApplication app) =>
        app.MapGroup("").Needs(Rights.Read).MapGet("/api/subscriptions", async (
            string? text, string? account, string? after, int? limit, SeatRefreshDbContext db, CancellationToken stopping) =>
        {
            var (from, beginning) = (after ?? "", text ?? "");
            var found = db.Subscriptions.AsNoTracking().Where(x => x.SubscriptionId.CompareTo(from) > 0);
            if (beginning.Length > 0)
                found = found.Where(x => x.SubscriptionId.StartsWith(beginning));
            if (account is { Length: > 0 })
                found = found.Where(x => x.AccountId == account);
            return TypedResults.Ok(await found.OrderBy(x => x.SubscriptionId).Take(Math.Clamp(limit ?? 100, 1, Most))
                .Select(x => new SubscriptionLine(x.SubscriptionId, x.AccountId, x.Plan, x.Trial, x.TermEnd, x.Seats, x.SeatsInUse, x.MaxSeatsUsed, x.SeatsOwed,
                    x.LastSeatRefreshAt, x.EndedAt)).ToListAsync(stopping));
        });
}
