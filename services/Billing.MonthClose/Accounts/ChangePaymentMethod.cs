using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Auditing;
using Billing.MonthClose.Dunning;
using Billing.MonthClose.Ledger;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Accounts;

/// <summary>A payment method that was given once. Its id is never forgotten, so an old change that is played again brings no old card back.</summary>
public sealed class PaymentMethodChange
{
    public required string ChangeId { get; init; }
    public required string AccountId { get; init; }
    public required string PaymentMethod { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
    public string? RequestedBy { get; init; }
}

sealed class PaymentMethodChangeMap : IEntityTypeConfiguration<PaymentMethodChange>
{
    public void Configure(EntityTypeBuilder<PaymentMethodChange> change)
    {
        change.ToTable("PaymentMethodChange");
        change.HasKey(x => x.ChangeId);     // the same change twice counts once
        change.Property(x => x.ChangeId).HasMaxLength(128);
        change.Property(x => x.AccountId).HasMaxLength(64);
        change.Property(x => x.PaymentMethod).HasMaxLength(128);
        change.Property(x => x.RequestedBy).HasMaxLength(128);
        change.HasIndex(x => x.AccountId);
    }
}

/// <summary>Puts another payment method on an account and has its open invoices charged with it.</summary>
sealed class ChangePaymentMethodConsumer(MonthCloseDbContext db, LedgerBook ledger, IBulkWriter bulk, CollectionWaker collections, AuditTrail audit, TimeProvider clock)
    : IConsumer<ChangePaymentMethod>
{
    public async Task Consume(ConsumeContext<ChangePaymentMethod> context)
    {
        var (change, cancellationToken) = (context.Message, context.CancellationToken);
        var account = await db.Accounts.Where(account => account.AccountId == change.AccountId).AsNoTracking().ForUpdate().SingleOrDefaultAsync(cancellationToken)
            ?? throw CommandRejected.Because(nameof(ChangePaymentMethod), nameof(change.AccountId), change.AccountId, "an account that is registered");
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
        RuleFor(x => x.PaymentMethod).IsId(128);
        RuleFor(x => x.RequestedBy).IsText(128);
    }
}
