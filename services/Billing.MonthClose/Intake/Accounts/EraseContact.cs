using Billing.Contracts.Contacts.V1;
using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Personal;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Refunds;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Intake.Accounts;

/// <summary>
/// Erases the person behind an account that is over. It holds the account's lock: nothing is billed, charged or registered meanwhile. What the other services
/// hold, and what lies in queues, goes with the event.
/// </summary>
sealed class EraseContactConsumer(MonthCloseDbContext db, LedgerBook ledger, IBulkWriter bulk, PersonalData<MonthCloseDbContext> persons, ContactBook contacts,
    AuditTrail audit, TimeProvider clock)
    : IConsumer<EraseContact>
{
    /// <summary>So many ids of what is in the way are named.</summary>
    const int MostNamed = 5;

    public async Task Consume(ConsumeContext<EraseContact> context)
    {
        var (asked, cancellationToken) = (context.Message, context.CancellationToken);
        var account = await db.Accounts.Where(account => account.AccountId == asked.AccountId).AsNoTracking().ForUpdate()
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw CommandRejected.Because(nameof(EraseContact), nameof(asked.AccountId), asked.AccountId, "an account that is registered");
        await ledger.LockAsync([account.AccountId], cancellationToken);
        var now = clock.GetUtcNow();
        if (await WhyNotAsync(account, now, cancellationToken) is var (field, value, expected))
            throw CommandRejected.Because(nameof(EraseContact), field, value, expected);

        var by = Origin.Current.Named(asked.RequestedBy);
        await bulk.InsertNewAsync(db, [new ErasedContact { AccountId = account.AccountId, ErasedAt = now, ErasedBy = by }], cancellationToken);
        var (values, quotes) = await persons.EraseAsync(account.AccountId, cancellationToken);
        await contacts.ForgetOutcomesAsync(quotes, cancellationToken);
        if (values > 0)
            await audit.WriteAsync(audit.Entry(account.AccountId, AuditSubject.Account, account.AccountId, ErasureWords.Erased, asked.Why,
                after: new { values }, by: asked.RequestedBy), cancellationToken);
        else
            CommandOutcome.Unchanged("this service holds no contact data of the account; the others are asked again");
        await context.Publish(new ContactErased { AccountId = account.AccountId, ErasedAt = now, ErasedBy = by }, cancellationToken);
    }

    /// <summary>What is still to be done with the account needs the person.</summary>
    async Task<(string Field, string Value, string Expected)?> WhyNotAsync(Account account, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (id, today) = (account.AccountId, Zones.DayOf(now, account.TimeZone));
        if (account.ClosedOn is not { } closed || closed >= today)
            return (nameof(account.ClosedOn), account.ClosedOn is { } day ? $"{day:yyyy-MM-dd}" : "missing",
                $"a day before {today:yyyy-MM-dd}: an account is erased when it is over");
        if (account.InvoicedThrough < BillingPeriod.Containing(closed).Number && await HasMoreToBillAsync(account, cancellationToken))
            return (nameof(account.InvoicedThrough), account.InvoicedThrough == 0 ? "missing" : $"{BillingPeriod.FromNumber(account.InvoicedThrough)}",
                $"{BillingPeriod.Containing(closed)}, the month of its last day: its last invoice is issued first");
        if (await Named(db.AccountCloses.Where(close => close.AccountId == id && close.Step != CloseStep.Closed && close.Step != CloseStep.Cancelled)
            .Join(db.Runs, close => close.RunId, run => run.CorrelationId, (_, run) => run.Period)) is { } closes)
            return ("Closes", closes, "none that has not ended");
        if (await Named(db.Invoices.Where(invoice => invoice.AccountId == id
            && (invoice.Status == InvoiceStatus.Open || (invoice.Status == InvoiceStatus.CarriedForward && invoice.CarriedTo == null)))
            .Select(invoice => invoice.Number)) is { } invoices)
            return ("Invoices", invoices, "none that is open: paid, voided or written off");
        if (await Named(db.Charges.Where(charge => charge.AccountId == id && (charge.State == ChargeState.Pending || charge.State == ChargeState.Unknown))
            .Select(charge => charge.ChargeId)) is { } charges)
            return ("Charges", charges, "none whose outcome is not known");
        if (await Named(db.Refunds.Where(refund => refund.AccountId == id && (refund.State == RefundState.Pending || refund.State == RefundState.Unknown))
            .Select(refund => refund.RefundId)) is { } refunds)
            return ("Refunds", refunds, "none whose outcome is not known");
        return null;

        async Task<string?> Named<T>(IQueryable<T> ids) =>
            await ids.OrderBy(one => one).Take(MostNamed).ToListAsync(cancellationToken) is { Count: > 0 } some ? string.Join(", ", some) : null;
    }

    /// <summary>An account that never had anything to pay for was never invoiced.</summary>
    async Task<bool> HasMoreToBillAsync(Account account, CancellationToken cancellationToken) => account.FeePriceCode is not null
        || await db.Usage.AnyAsync(usage => usage.AccountId == account.AccountId && usage.BillingPeriod > account.InvoicedThrough, cancellationToken)
        || await db.SeatLevels.AnyAsync(level => level.AccountId == account.AccountId, cancellationToken);
}

/// <summary>As the audit trail says it.</summary>
static class ErasureWords
{
    public const string Erased = "contact erased";
    public const string ErasedIn = "contact erased in ";
}

/// <summary>Writes down what each service has erased, so that the account's history says where and when.</summary>
sealed class ContactDataErasedConsumer(AuditTrail audit) : IConsumer<ContactDataErased>
{
    public Task Consume(ConsumeContext<ContactDataErased> context)
    {
        var told = context.Message;
        return audit.WriteAsync(audit.Entry(told.AccountId, AuditSubject.Account, told.AccountId, $"{ErasureWords.ErasedIn}{told.Service}",
            after: new { told.Values, told.Messages }), context.CancellationToken);
    }
}

sealed class EraseContactValidator : AbstractValidator<EraseContact>
{
    public EraseContactValidator()
    {
        RuleFor(x => x.AccountId).IsAccountId();
        RuleFor(x => x.Why).IsId(400);
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}
