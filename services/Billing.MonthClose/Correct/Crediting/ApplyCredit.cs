using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Correct.Corrections;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Correct.Crediting;

/// <summary>Pays an open invoice out of the account's credit: what was granted after it was issued, or overpaid elsewhere.</summary>
sealed class ApplyCreditConsumer(CorrectionStore corrections, LedgerBook ledger, AuditTrail audit, TimeProvider clock) : IConsumer<ApplyCredit>
{
    public async Task Consume(ConsumeContext<ApplyCredit> context)
    {
        var (asked, cancellationToken, now) = (context.Message, context.CancellationToken, clock.GetUtcNow());
        if (await corrections.OpenAsync(nameof(ApplyCredit), asked.ApplicationId, asked.InvoiceNumber, asked.Amount,
            new Belief(asked.Currency, asked.InvoiceVersion, asked.AsOf, now).Check, cancellationToken)
            is not { } opened)
            return;

        var invoice = opened.Invoice;
        if (VoidDecision.Apply(invoice, asked.Amount, opened.Unresolved, opened.Balance.Credit) is { } refusal)
            throw refusal.Of(nameof(ApplyCredit));

        var paid = invoice.Reduce(asked.Amount, now) with { CreditUsedLater = invoice.CreditUsedLater + asked.Amount };
        var correction = Correction.Of(nameof(ApplyCredit), asked.ApplicationId, invoice.AccountId, invoice.InvoiceId, asked.Amount, now);
        await corrections.MarkAsync(correction, cancellationToken);
        await corrections.WriteAsync(invoice, paid, cancellationToken);
        await ledger.AppendAsync([Posting.OfCreditUse(correction.CorrectionId, invoice, new Money(asked.Amount, invoice.Currency), now)], cancellationToken);
        await audit.WriteAsync(audit.Entry(invoice.AccountId, AuditSubject.Invoice, invoice.InvoiceId, "paid by credit", null,
            new { invoice.Status, Open = invoice.Owed, opened.Balance.Credit },
                new { paid.Status, Open = paid.Owed, Credit = opened.Balance.Credit - asked.Amount }, asked.RequestedBy), cancellationToken);

        if (paid.Status == InvoiceStatus.Paid)
            await context.Publish(new InvoiceCleared(invoice.InvoiceId, invoice.AccountId), cancellationToken);
        await context.Publish(new CreditApplied
        {
            ApplicationId = asked.ApplicationId,
            InvoiceId = invoice.InvoiceId,
            AccountId = invoice.AccountId,
            Amount = asked.Amount,
            Currency = invoice.Currency,
            StillOpen = paid.Owed
        }, cancellationToken);
    }
}

/// <summary>Takes back granted credit that nobody has used. What the customer paid too much is his, and stays.</summary>
sealed class RevokeCreditConsumer(MonthCloseDbContext db, CorrectionStore corrections, LedgerBook ledger, AuditTrail audit, TimeProvider clock)
    : IConsumer<RevokeCredit>
{
    public async Task Consume(ConsumeContext<RevokeCredit> context)
    {
        var (asked, cancellationToken, now) = (context.Message, context.CancellationToken, clock.GetUtcNow());
        var balance = (await ledger.LockAsync([asked.AccountId], cancellationToken)).GetValueOrDefault(asked.AccountId)
            ?? throw CommandRejected.Because(nameof(RevokeCredit), nameof(asked.AccountId), asked.AccountId, "an account that is registered");
        if (balance.Currency != asked.Currency)
            throw CommandRejected.Because(nameof(RevokeCredit), nameof(asked.Currency), asked.Currency, $"the account's currency {balance.Currency}");
        if (await corrections.IsKnownAsync(nameof(RevokeCredit), asked.RevocationId, asked.AccountId, null, asked.Amount, cancellationToken))
            return;
        // Which part of a balance was granted and which was paid cannot be told apart, so granted credit counts as used first: the doubt is the customer's.
        var entries = await (
            from entry in db.LedgerEntries
            join transaction in db.LedgerTransactions on entry.TransactionId equals transaction.TransactionId
            where transaction.AccountId == asked.AccountId
                && (entry.Account == LedgerAccount.CreditGranted || (entry.Account == LedgerAccount.CustomerCredit && entry.Amount > 0
                    && !transaction.Cause.StartsWith("revocation:")))
            group entry by entry.Account
            into account
            select new { account.Key, Amount = account.Sum(entry => entry.Amount) })
                .ToDictionaryAsync(account => account.Key, account => account.Amount, cancellationToken);
        var granted = Math.Max(0, entries.GetValueOrDefault(LedgerAccount.CreditGranted) - entries.GetValueOrDefault(LedgerAccount.CustomerCredit));
        if (VoidDecision.Revoke(asked.Amount, balance.Currency, granted, balance.Credit) is { } refusal)
            throw refusal.Of(nameof(RevokeCredit));

        var correction = Correction.Of(nameof(RevokeCredit), asked.RevocationId, asked.AccountId, null, asked.Amount, now);
        await corrections.MarkAsync(correction, cancellationToken);
        await ledger.AppendAsync([Posting.OfRevocation(correction.CorrectionId, asked.AccountId, new Money(asked.Amount, asked.Currency), now)],
            cancellationToken);
        await audit.WriteAsync(audit.Entry(asked.AccountId, AuditSubject.Credit, asked.RevocationId, "revoked", asked.Reason,
            new { balance.Credit }, new { asked.Amount, asked.Currency, Credit = balance.Credit - asked.Amount }, asked.RequestedBy), cancellationToken);
        await context.Publish(new CreditRevoked
        {
            RevocationId = asked.RevocationId,
            AccountId = asked.AccountId,
            Amount = asked.Amount,
            Currency = asked.Currency
        }, cancellationToken);
    }
}

sealed class ApplyCreditValidator : AbstractValidator<ApplyCredit>
{
    public ApplyCreditValidator()
    {
        RuleFor(x => x.ApplicationId).IsId(128);
        RuleFor(x => x.InvoiceNumber).IsId(32);
        RuleFor(x => x.InvoiceVersion).GreaterThan(0).Expected("the version that the invoice had when it was read, from 1");
        RuleFor(x => x.Currency).IsCurrency();
        RuleFor(x => x.Amount).IsMoney(x => x.Currency);
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}

sealed class RevokeCreditValidator : AbstractValidator<RevokeCredit>
{
    public RevokeCreditValidator()
    {
        RuleFor(x => x.RevocationId).IsId(128);
        RuleFor(x => x.AccountId).IsAccountId();
        RuleFor(x => x.Currency).IsCurrency();
        RuleFor(x => x.Amount).IsMoney(x => x.Currency);
        RuleFor(x => x.Reason).IsId(400);
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}
