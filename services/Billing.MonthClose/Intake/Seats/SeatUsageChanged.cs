using Billing.Contracts;
using Billing.Contracts.Seats.V1;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Seats;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Intake.Seats;

/// <summary>
/// Remembers from which day on an account owes how many seats. Told twice is told once; order does not matter, and what comes before its account waits
/// for it. What comes after the invoice of its month becomes an adjustment on the next.
/// </summary>
/// <remarks>A refresh tells of many subscriptions at once, so they are written by the hundred. The key of a level is its inbox, for ever.</remarks>
sealed class SeatUsageChangedConsumer(MonthCloseDbContext db, IBulkWriter bulk) : IConsumer<Batch<SeatUsageChanged>>
{
    public async Task Consume(ConsumeContext<Batch<SeatUsageChanged>> context)
    {
        var told = context.Message.Select(one => one.Message).OrderBy(one => one.SubscriptionId, StringComparer.Ordinal).ThenBy(one => one.Version).ToList();
        var ids = told.Select(one => one.AccountId).Distinct(StringComparer.Ordinal).ToList();
        await using var transaction = await db.Database.BeginTransactionAsync(context.CancellationToken);
        // Under the locks that an invoice takes too, in its order: a level is either before it, or goes to the next period.
        var accounts = await db.Accounts.Where(account => ids.Contains(account.AccountId)).OrderBy(account => account.AccountId).AsNoTracking().ForUpdate()
            .ToDictionaryAsync(account => account.AccountId, StringComparer.Ordinal, context.CancellationToken);
        await bulk.InsertNewAsync(db, told.ConvertAll(one => LevelOf(one, accounts.GetValueOrDefault(one.AccountId))), context.CancellationToken);
        await transaction.CommitAsync(context.CancellationToken);
    }

    static SeatLevel LevelOf(SeatUsageChanged told, Account? account)
    {
        var day = Zones.DayOf(told.AsOf, account?.TimeZone ?? "UTC");
        var open = account is null or { InvoicedThrough: 0 } ? 0 : BillingPeriod.FromNumber(account.InvoicedThrough).Next.Number;
        return new SeatLevel
        {
            SubscriptionId = told.SubscriptionId,
            Version = told.Version,
            AccountId = told.AccountId,
            FirstDay = day,
            IsEarly = account is null,
            SeatsOwed = told.SeatsOwed,
            BillingPeriod = Math.Max(BillingPeriod.Containing(day).Number, open),
            AsOf = told.AsOf.ToUniversalTime()
        };
    }
}

/// <summary>What no table can hold would fail the others that are written with it, so it is refused alone and before.</summary>
sealed class SeatUsageChangedValidator : AbstractValidator<SeatUsageChanged>
{
    public SeatUsageChangedValidator()
    {
        RuleFor(x => x.SubscriptionId).IsAccountId();
        RuleFor(x => x.AccountId).IsAccountId();
        RuleFor(x => x.SeatsOwed).GreaterThanOrEqualTo(0).Expected("0 or more");
        RuleFor(x => x.AsOf).Must(at => at is { Year: >= 2000 and < 2200 }).Expected("an instant from 2000 on, with its offset");
    }
}
