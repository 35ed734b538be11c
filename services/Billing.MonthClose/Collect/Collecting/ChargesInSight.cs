using Billing.Hosting.Clocks;
using Billing.MonthClose.Books.Charges;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>Charges whose answer is not booked yet: the gateway is being asked, or the sweep will find them.</summary>
sealed class ChargesInSight(MonthCloseDbContext db) : IWorkInSight
{
    public async Task LookAsync(Sighting sighting, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await db.Charges.AnyAsync(charge => charge.State == ChargeState.Pending, cancellationToken))
            sighting.UnderWay("charges are pending");
    }
}
