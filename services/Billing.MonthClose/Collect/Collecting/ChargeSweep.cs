using Billing.Hosting;
using Billing.Hosting.Work;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Correct.Refunding;
using Billing.MonthClose.Gateway;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Collect.Collecting;

/// <summary>
/// Finds the charges that nobody comes back to, and hands them to who looks for outcomes. It asks nothing and charges nothing itself.
/// <list type="bullet">
/// <item>A charge that is pending longer than any process may ask for it was left behind: its process died and its message is lost or parked. It
/// becomes unknown, as after a lost answer.</item>
/// <item>An unknown charge without an inquiry, or with one whose timer is long over: the message was lost. It is said again.</item>
/// </list>
/// Likewise a refund that nobody asks for: its message is lost or parked. It is asked for again, after a look for what became of it.
/// Oldest first, a bounded number at a time, each taken by one process only.
/// </summary>
sealed class ChargeSweep(
    Transactions<MonthCloseDbContext> transactions, ChargeExecutor charges, IOptions<GatewayOptions> options, OpenCharges figures,
    DatabaseReadiness database, TimeProvider clock, ILogger<ChargeSweep> log)
    : PeriodicWork(database, clock, log)
{
    /// <summary>At a time. Many more are a disaster that one process need not end in one go.</summary>
    const int Most = 200;

    /// <summary>After a timer is due. Timers are kept in the database and fire within seconds; this one is lost.</summary>
    static readonly TimeSpan TimerIsLostAfter = TimeSpan.FromHours(1);

    protected override TimeSpan Period => options.Value.SweepEvery;

    protected override async Task PassAsync(CancellationToken stopping)
    {
        while (await SweepAsync(stopping) == Most)
        {
        }
    }

    /// <returns>How many charges it found.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var leftBehind = await LeftBehindAsync(cancellationToken);
        if (leftBehind.Count > 0)
        {
            log.LeftBehind(leftBehind.Count);
            await charges.BookAsync(leftBehind.ConvertAll(charge => new AnsweredCharge(charge.ChargeId, charge.AccountId,
                new GatewayAnswer.Unknown("left behind by a process that did not come back"))), cancellationToken);
        }

        var said = Math.Max(await SayAgainAsync(cancellationToken), await AskForRefundsAgainAsync(cancellationToken));
        await CountAsync(cancellationToken);
        return Math.Max(leftBehind.Count, said);
    }

    Task<List<Charge>> LeftBehindAsync(CancellationToken cancellationToken) => transactions.RunAsync(db =>
    {
        var before = Clock.GetUtcNow() - options.Value.Timeout - TimeSpan.FromSeconds(10);      // who asked at the last moment may still hear
        return db.Charges.AsNoTracking()
            .Where(charge => charge.State == ChargeState.Pending && (charge.AskUntil ?? charge.CreatedAt) < before)
            .OrderBy(charge => charge.CreatedAt).ThenBy(charge => charge.AccountId).Take(Most).ForUpdateSkipLocked().ToListAsync(cancellationToken);
    }, cancellationToken);

    Task<int> SayAgainAsync(CancellationToken cancellationToken) => transactions.RunAsync(async services =>
    {
        var db = services.GetRequiredService<MonthCloseDbContext>();
        var bus = services.GetRequiredService<IPublishEndpoint>();
        var now = Clock.GetUtcNow();
        var (fresh, lost) = (now - options.Value.SweepEvery - TimeSpan.FromMinutes(1), now - TimerIsLostAfter);
        var unknown = await db.Charges.AsNoTracking()
            .Where(charge => charge.State == ChargeState.Unknown && (charge.AnsweredAt ?? charge.CreatedAt) < fresh
                && !db.ChargeInquiries.Any(inquiry => inquiry.CorrelationId == charge.ChargeId
                    && (inquiry.CurrentState == nameof(ChargeInquiry.Unresolved)
                        || (inquiry.CurrentState == nameof(ChargeInquiry.Asking) && inquiry.DueAt >= lost))))
            .OrderBy(charge => charge.CreatedAt).ThenBy(charge => charge.AccountId).Take(Most).ForUpdateSkipLocked().ToListAsync(cancellationToken);
        if (unknown.Count == 0)
            return 0;
        log.NobodyLooks(unknown.Count);
        var ids = unknown.ConvertAll(charge => charge.ChargeId);
        var asking = await db.ChargeInquiries
            .Where(inquiry => ids.Contains(inquiry.CorrelationId) && inquiry.CurrentState == nameof(ChargeInquiry.Asking))
            .Select(inquiry => inquiry.CorrelationId).ToListAsync(cancellationToken);
        foreach (var charge in unknown)
            await (asking.Contains(charge.ChargeId)
                ? bus.Publish(new LookDue(charge.ChargeId), cancellationToken)
                : bus.Publish(new ChargeUnknown(charge.InvoiceId, charge.AccountId, charge.ChargeId), cancellationToken));
        // Not again at the next sweep, before the message was heard.
        await db.Charges.Where(charge => ids.Contains(charge.ChargeId) && charge.State == ChargeState.Unknown)
            .ExecuteUpdateAsync(set => set.SetProperty(charge => charge.AnsweredAt, now), cancellationToken);
        return unknown.Count;
    }, cancellationToken);

    Task<int> AskForRefundsAgainAsync(CancellationToken cancellationToken) => transactions.RunAsync(async services =>
    {
        var db = services.GetRequiredService<MonthCloseDbContext>();
        var now = Clock.GetUtcNow();
        var lost = now - TimerIsLostAfter;
        var pending = await db.Refunds.AsNoTracking().Where(refund => refund.State == RefundState.Pending && (refund.AskedAt ?? refund.CreatedAt) < lost)
            .OrderBy(refund => refund.CreatedAt).Take(Most).ForUpdateSkipLocked().ToListAsync(cancellationToken);
        foreach (var refund in pending)
            await services.GetRequiredService<IPublishEndpoint>().Publish(new AskRefund(refund.RefundId), cancellationToken);
        await services.GetRequiredService<IBulkWriter>().UpdateAsync(db, pending.ConvertAll(refund => refund with { AskedAt = now }), x => new { x.AskedAt },
            refund => refund.State, RefundState.Pending, cancellationToken);
        return pending.Count;
    }, cancellationToken);

    Task<int> CountAsync(CancellationToken cancellationToken) => transactions.RunAsync(async db =>
    {
        var open = await db.Charges.Where(charge => charge.State == ChargeState.Pending || charge.State == ChargeState.Unknown)
            .GroupBy(charge => charge.State).Select(state => new { state.Key, Count = state.Count() }).ToListAsync(cancellationToken);
        figures.Set(
            open.Find(state => state.Key == ChargeState.Pending)?.Count ?? 0,
            open.Find(state => state.Key == ChargeState.Unknown)?.Count ?? 0,
            await db.ChargeInquiries.CountAsync(inquiry => inquiry.CurrentState == nameof(ChargeInquiry.Unresolved), cancellationToken));
        return 0;
    }, cancellationToken);
}
