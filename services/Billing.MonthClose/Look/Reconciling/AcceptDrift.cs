using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Ledger;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reconciling;

/// <summary>A person says that a drift is in order: nobody looks at it again until its figures change, and the account is charged again.</summary>
sealed class AcceptDriftConsumer(MonthCloseDbContext db, LedgerBook ledger, AuditTrail audit, TimeProvider clock) : IConsumer<AcceptDrift>
{
    public async Task Consume(ConsumeContext<AcceptDrift> context)
    {
        var (asked, cancellationToken) = (context.Message, context.CancellationToken);
        var accountId = await db.Drifts.Where(drift => drift.DriftId == asked.DriftId).Select(drift => drift.AccountId).SingleOrDefaultAsync(cancellationToken)
            ?? throw Rejected(asked, "the id of a drift that a pass has found");
        await ledger.LockAsync([accountId], cancellationToken);
        var drift = await db.Drifts.AsNoTracking().SingleAsync(drift => drift.DriftId == asked.DriftId, cancellationToken);
        if (drift.State is DriftState.Repaired or DriftState.Gone)
            throw Rejected(asked, $"a drift that is still there; this one is {drift.State} since {drift.EndedAt:u}");
        if (drift.State != DriftState.Accepted)
        {
            var act = $"accepted by {asked.RequestedBy}: {asked.Reason}";
            var now = clock.GetUtcNow();
            await db.Drifts.Where(one => one.DriftId == asked.DriftId).ExecuteUpdateAsync(set => set
                .SetProperty(one => one.State, DriftState.Accepted).SetProperty(one => one.EndedAt, now).SetProperty(one => one.Act, act), cancellationToken);
            await audit.WriteAsync(audit.Entry(accountId, AuditSubject.Reconciliation, drift.DriftId, $"drift {drift.Class}: {DriftState.Accepted}",
                asked.Reason, new { drift.Detail, drift.State }, new { State = DriftState.Accepted }, asked.RequestedBy), cancellationToken);
        }

        await context.Publish(new DriftAccepted
        {
            DriftId = drift.DriftId,
            Class = drift.Class,
            AccountId = accountId,
            Detail = drift.Detail,
            Reason = asked.Reason,
            RequestedBy = asked.RequestedBy
        }, cancellationToken);
    }

    static CommandRejectedException Rejected(AcceptDrift asked, string expected) =>
        CommandRejected.Because(nameof(AcceptDrift), nameof(asked.DriftId), asked.DriftId.ToString(), expected);
}

sealed class AcceptDriftValidator : AbstractValidator<AcceptDrift>
{
    public AcceptDriftValidator()
    {
        RuleFor(x => x.Reason).IsId(400);
        RuleFor(x => x.RequestedBy).IsId(200);
    }
}
