using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Personal;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Collect.Collecting;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Intake.Accounts;

/// <summary>Puts another payment method on an account and has its open invoices charged with it.</summary>
sealed class ChangePaymentMethodConsumer(MonthCloseDbContext db, LedgerBook ledger, IBulkWriter bulk, CollectionResumption collections, AuditTrail audit,
    TimeProvider clock)
    : IConsumer<ChangePaymentMethod>
{
    public async Task Consume(ConsumeContext<ChangePaymentMethod> context)
    {
        var (change, cancellationToken) = (context.Message, context.CancellationToken);
        var account = await db.Accounts.Where(account => account.AccountId == change.AccountId).AsNoTracking().ForUpdate()
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw CommandRejected.Because(nameof(ChangePaymentMethod), nameof(change.AccountId), change.AccountId, "an account that is registered");
        if ((await db.ErasedAmongAsync([account.AccountId], cancellationToken)).Count > 0)
        {
            CommandOutcome.Unchanged(RefusedAccount.Erased);
            return;
        }

        await ledger.LockAsync([account.AccountId], cancellationToken);
        var news = await bulk.InsertNewAsync(db, [new PaymentMethodChange
        {
            ChangeId = change.ChangeId,
            AccountId = account.AccountId,
            PaymentMethod = change.PaymentMethod,
            ChangedAt = clock.GetUtcNow(),
            RequestedBy = change.RequestedBy
        }], cancellationToken);
        if (news.Count == 0 || account.PaymentMethod == change.PaymentMethod)
            return;

        var changed = account with { PaymentMethod = change.PaymentMethod, Version = account.Version + 1 };
        await bulk.UpdateAsync(db, [changed], x => new { x.PaymentMethod, x.Version }, cancellationToken);
        await audit.WriteAsync(audit.Entry(account.AccountId, AuditSubject.Account, account.AccountId, "changed", $"payment method change {change.ChangeId}",
            AccountChange.Of(account, changed), AccountChange.Of(changed, account), change.RequestedBy), cancellationToken);
        await (await collections.WakeAsync([account.AccountId], [account.AccountId], change.RequestedBy, cancellationToken)).TellAsync(context);
    }
}

sealed class ChangePaymentMethodValidator : AbstractValidator<ChangePaymentMethod>
{
    public ChangePaymentMethodValidator()
    {
        RuleFor(x => x.ChangeId).IsId(128);
        RuleFor(x => x.AccountId).IsAccountId();
        RuleFor(x => x.PaymentMethod).IsId(128).IsOpen();
        RuleFor(x => x.RequestedBy).IsText(128);
    }
}
