using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Correct.Refunding;
using Billing.MonthClose.Gateway;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>A person has a second capture given back. The gateway is asked what it took, while no lock is held.</summary>
sealed class RefundCaptureConsumer(MonthCloseDbContext db, IPaymentGateway gateway, Transactions<MonthCloseDbContext> transactions) : IConsumer<RefundCapture>
{
    public async Task Consume(ConsumeContext<RefundCapture> context)
    {
        var (asked, cancellationToken) = (context.Message, context.CancellationToken);
        var drift = await db.Drifts.AsNoTracking().SingleOrDefaultAsync(drift => drift.DriftId == asked.DriftId, cancellationToken);
        if (drift is not { Class: DriftClass.CapturedTwice })
            throw Rejected(nameof(asked.DriftId), asked.DriftId.ToString(), $"the id of a drift of the class {DriftClass.CapturedTwice}");
        var payment = await gateway.FindPaymentAsync(drift.Subject, cancellationToken)
            ?? throw new InvalidOperationException($"The gateway does not say what it took with {drift.Subject}.");      // tried again
        if (payment.ChargeId is not { } chargeId
            || !await db.Charges.AnyAsync(charge => charge.ChargeId == chargeId && charge.AccountId == drift.AccountId, cancellationToken))
            throw Rejected(nameof(asked.DriftId), asked.DriftId.ToString(), $"the drift of a payment whose charge is here; {payment.Reference} has none");
        if (payment.Currency != asked.Currency)
            throw Rejected(nameof(asked.Currency), asked.Currency, $"{payment.Currency}, the currency of {payment.Reference}");
        if (payment.Amount != asked.Amount)
            throw Rejected(nameof(asked.Amount), Currencies.Text(asked.Amount, asked.Currency),
                $"{Currencies.Text(payment.Amount, payment.Currency)}, what {payment.Reference} took");
        await transactions.RunAsync(async services =>
        {
            await services.GetRequiredService<LedgerBook>().LockAsync([drift.AccountId], cancellationToken);
            await services.GetRequiredService<SecondCaptures>().GiveBackAsync(chargeId, payment, asked.Reason, asked.RequestedBy, cancellationToken);
            return await EndAsync(services, drift, asked, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>The drift is put right, so the account is charged again.</summary>
    static async Task<int> EndAsync(IServiceProvider services, Drift drift, RefundCapture asked, CancellationToken cancellationToken)
    {
        var (db, audit) = (services.GetRequiredService<MonthCloseDbContext>(), services.GetRequiredService<AuditTrail>());
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var act = $"given back by {asked.RequestedBy}: {asked.Reason}";
        var ended = await db.Drifts.Where(one => one.DriftId == drift.DriftId && one.EndedAt == null).ExecuteUpdateAsync(set => set
            .SetProperty(one => one.State, DriftState.Repaired).SetProperty(one => one.EndedAt, now).SetProperty(one => one.Act, act), cancellationToken);
        if (ended == 1)
            await audit.WriteAsync(audit.Entry(drift.AccountId, AuditSubject.Reconciliation, drift.DriftId, $"drift {drift.Class}: {DriftState.Repaired}",
                asked.Reason, new { drift.Detail, drift.State }, new { State = DriftState.Repaired }, asked.RequestedBy), cancellationToken);
        return ended;
    }

    static CommandRejectedException Rejected(string field, string value, string expected) =>
        CommandRejected.Because(nameof(RefundCapture), field, value, expected);
}

sealed class RefundCaptureValidator : AbstractValidator<RefundCapture>
{
    public RefundCaptureValidator()
    {
        RuleFor(x => x.Currency).IsCurrency();
        RuleFor(x => x.Amount).IsMoney(x => x.Currency);
        RuleFor(x => x.Reason).IsId(400);
        RuleFor(x => x.RequestedBy).IsId(200);
    }
}
