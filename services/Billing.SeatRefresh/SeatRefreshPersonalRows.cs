using Billing.Hosting.Personal;
using Billing.SeatRefresh.Subscriptions;

namespace Billing.SeatRefresh;

/// <summary>
/// Where alerts about seats go. Members are known by the ids of their source alone, and belong to the customer, whose account this is about.
/// </summary>
public static class SeatRefreshPersonalRows
{
    public static PersonalRows<SeatRefreshDbContext> All { get; } = new PersonalRows<SeatRefreshDbContext>()
        .Of<Subscription>((db, id) => db.Subscriptions.Where(subscription => subscription.AccountId == id), subscription => subscription.ChangedAt);
}
