using Billing.Contracts.Seats.V1;
using Billing.Hosting;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Seats;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Intake.Seats;

/// <summary>Remembers from which day on an account owes how many seats. Told twice is told once; order does not matter.</summary>
sealed class SeatUsageChangedConsumer(MonthCloseDbContext db, IBulkWriter bulk) : IConsumer<SeatUsageChanged>
{
    public async Task Consume(ConsumeContext<SeatUsageChanged> context)
    {
        var told = context.Message;
        var zone = await db.Accounts.Where(account => account.AccountId == told.AccountId).Select(account => account.TimeZone)
            .SingleOrDefaultAsync(context.CancellationToken)
            ?? throw CommandRejected.Because(nameof(SeatUsageChanged), nameof(told.AccountId), told.AccountId, "an account that is registered");
        await bulk.InsertNewAsync(db, [new SeatLevel
        {
            SubscriptionId = told.SubscriptionId,
            Version = told.Version,
            AccountId = told.AccountId,
            FirstDay = Zones.DayOf(told.AsOf, zone),
            SeatsOwed = told.SeatsOwed,
            AsOf = told.AsOf.ToUniversalTime()
        }], context.CancellationToken);
    }
}
