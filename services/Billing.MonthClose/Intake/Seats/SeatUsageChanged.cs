using Billing.Contracts.Seats.V1;
using Billing.Hosting;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Seats;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Intake.Seats;

/// <summary>
/// Remembers from which day on an account owes how many seats. Told twice is told once; order does not matter, and what comes before its account waits
/// for it. What comes after the invoice of its month becomes an adjustment on the next.
/// </summary>
sealed class SeatUsageChangedConsumer(MonthCloseDbContext db, IBulkWriter bulk) : IConsumer<SeatUsageChanged>
{
    public async Task Consume(ConsumeContext<SeatUsageChanged> context)
    {
        var told = context.Message;
        // Under the lock that an invoice takes too: a level is either before it, or goes to the next period.
        var account = await db.Accounts.Where(account => account.AccountId == told.AccountId).AsNoTracking().ForUpdate()
            .SingleOrDefaultAsync(context.CancellationToken);
        var day = Zones.DayOf(told.AsOf, account?.TimeZone ?? "UTC");
        var open = account is null or { InvoicedThrough: 0 } ? 0 : BillingPeriod.FromNumber(account.InvoicedThrough).Next.Number;
        await bulk.InsertNewAsync(db, [new SeatLevel
        {
            SubscriptionId = told.SubscriptionId,
            Version = told.Version,
            AccountId = told.AccountId,
            FirstDay = day,
            IsEarly = account is null,
            SeatsOwed = told.SeatsOwed,
            BillingPeriod = Math.Max(BillingPeriod.Containing(day).Number, open),
            AsOf = told.AsOf.ToUniversalTime()
        }], context.CancellationToken);
    }
}
