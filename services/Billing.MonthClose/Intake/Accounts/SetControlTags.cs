using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Close.Charging;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Intake.Accounts;

/// <summary>
/// Sets what is switched off for an account. It takes the account's lock, so what is in the middle of an act ends it, and the next sees the tags.
/// </summary>
sealed class SetControlTagsConsumer(MonthCloseDbContext db, LedgerBook ledger, IBulkWriter bulk, AuditTrail audit, TimeProvider clock)
    : IConsumer<SetControlTags>
{
    static readonly string?[] SkippedForTags = [nameof(ControlTags.AutoPayOff), nameof(ControlTags.WrittenOff), nameof(CloseOutcome.ManualPayment),
        AwaitedPayment.Overdue];

    /// <summary>Under them, a refusal has no consequence.</summary>
    const ControlTags Sparing = ControlTags.NoDunning | ControlTags.WrittenOff;

    public async Task Consume(ConsumeContext<SetControlTags> context)
    {
        var (asked, cancellationToken) = (context.Message, context.CancellationToken);
        var account = await db.Accounts.Where(account => account.AccountId == asked.AccountId).AsNoTracking().ForUpdate()
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw CommandRejected.Because(nameof(SetControlTags), nameof(asked.AccountId), asked.AccountId, "an account that is registered");
        await ledger.LockAsync([account.AccountId], cancellationToken);
        var tags = asked.Tags.Aggregate(ControlTags.None, (all, tag) => all | Enum.Parse<ControlTags>(tag));
        if (tags == account.Tags)
            return;

        var changed = account with { Tags = tags, Version = account.Version + 1 };
        await bulk.UpdateAsync(db, [changed], x => new { x.Tags, x.Version }, cancellationToken);
        await audit.WriteAsync(audit.Entry(account.AccountId, AuditSubject.Account, account.AccountId, "tagged", asked.Reason,
            new { account.Tags, account.Version }, new { changed.Tags, changed.Version }, asked.RequestedBy), cancellationToken);
        await context.Publish(new ControlTagsSet { AccountId = account.AccountId, Tags = NamesOf(changed.Controls), Version = changed.Version },
            cancellationToken);
        var again = new List<Guid>();
        if (account.ChargesOff is not null && changed.ChargesOff is null)
            again.AddRange(await NotChargedAsync(account.AccountId, cancellationToken));
        if (account.Has(Sparing) && !changed.Has(Sparing))
            again.AddRange(await LetBeAsync(account.AccountId, cancellationToken));
        foreach (var invoiceId in again.Distinct())
            await context.Publish(new RetryCharge(invoiceId, ChargeId: Guid.CreateVersion7(clock.GetUtcNow())), cancellationToken);
    }

    /// <summary>
    /// What was let be because of a tag is tried once more; refused again, it has the consequence that it would have had. The plan says so in the
    /// transaction of the refusal: the collection hears of it later.
    /// </summary>
    Task<List<Guid>> LetBeAsync(string accountId, CancellationToken cancellationToken) => (
        from plan in db.DunningPlans
        join invoice in db.Invoices on plan.InvoiceId equals invoice.InvoiceId
        where plan.AccountId == accountId && plan.IsLetBe && invoice.Status == InvoiceStatus.Open
            && !db.Charges.Any(charge => charge.InvoiceId == plan.InvoiceId && (charge.State == ChargeState.Pending || charge.State == ChargeState.Unknown))
        orderby invoice.Period
        select plan.InvoiceId).ToListAsync(cancellationToken);

    public static string[] NamesOf(ControlTags tags) => [.. Enum.GetValues<ControlTags>().Where(tag => tag != ControlTags.None && tags.HasFlag(tag))
        .Select(tag => tag.ToString())];

    /// <summary>What a tag kept from being charged is charged now.</summary>
    Task<List<Guid>> NotChargedAsync(string accountId, CancellationToken cancellationToken) => (
        from invoice in db.Invoices
        where invoice.AccountId == accountId && invoice.Status == InvoiceStatus.Open
            && !db.Charges.Any(charge => charge.InvoiceId == invoice.InvoiceId
                && (charge.State == ChargeState.Pending || charge.State == ChargeState.Unknown || charge.State == ChargeState.Succeeded))
            && SkippedForTags.Contains(db.Charges.Where(charge => charge.InvoiceId == invoice.InvoiceId).OrderByDescending(charge => charge.CreatedAt)
                .ThenByDescending(charge => charge.ChargeId)
                .Select(charge => charge.State == ChargeState.Skipped ? charge.Code : null).FirstOrDefault())
        orderby invoice.Period
        select invoice.InvoiceId).ToListAsync(cancellationToken);
}

sealed class SetControlTagsValidator : AbstractValidator<SetControlTags>
{
    static readonly string[] Known = [.. Enum.GetNames<ControlTags>().Where(name => name != nameof(ControlTags.None))];

    public SetControlTagsValidator()
    {
        RuleFor(x => x.AccountId).IsAccountId();
        RuleFor(x => x.Tags).Must(tags => tags is not null && tags.All(tag => Known.Contains(tag, StringComparer.Ordinal)))
            .Expected($"any of {string.Join(", ", Known)}, or none");
        RuleFor(x => x.Reason).IsId(400);
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}
