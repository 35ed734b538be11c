using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Histories;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Look.Replaying;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Look.Reconciling.Checks;

/// <summary>
/// Builds sagas anew from their messages: the run, and some of its collections and inquiries each night, others each time; all of them when a person asks for
/// the month. What is known to differ is always among them, or it would be taken for gone.
/// </summary>
sealed class HistoryDiffers(MonthCloseDbContext db, SagaReplay replay, IOptions<ReconcilingOptions> options) : DriftCheck(DriftClass.HistoryDiffers)
{
    /// <summary>A run is nobody's account.</summary>
    const string NoAccount = "";

    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var found = new List<Difference>();
        if (scope.AccountId is null or NoAccount)
            found.AddRange(Told("run", NoAccount, scope.RunId, await replay.OfAsync<RunState>(scope.RunId, null, null, cancellationToken), null));
        if (scope.AccountId == NoAccount)
            return found;
        var collections = from invoice in db.InvoicesOf(scope)
                          join saga in db.Collections on invoice.InvoiceId equals saga.CorrelationId
                          select new Follower { Id = saga.CorrelationId, AccountId = saga.AccountId, InvoiceId = saga.CorrelationId };
        found.AddRange(await OfAsync<CollectionState>("collection", collections, scope, cancellationToken));
        var inquiries = from charge in db.ChargesOf(scope)
                        join saga in db.ChargeInquiries on charge.ChargeId equals saga.CorrelationId
                        select new Follower { Id = saga.CorrelationId, AccountId = saga.AccountId, InvoiceId = saga.InvoiceId };
        found.AddRange(await OfAsync<ChargeInquiryState>("charge inquiry", inquiries, scope, cancellationToken));
        return found;
    }

    async Task<IEnumerable<Difference>> OfAsync<TSaga>(string name, IQueryable<Follower> all, Scope scope, CancellationToken cancellationToken)
        where TSaga : class, ISaga
    {
        var some = (scope.IsWhole ? await all.ToListAsync(cancellationToken) : await SampleAsync(all, cancellationToken)).DistinctBy(one => one.Id).ToList();
        var replayed = await replay.OfManyAsync<TSaga>(some.Select(one => one.Id), cancellationToken);
        return some.SelectMany(one => Told(name, one.AccountId, one.Id, replayed[one.Id], one.InvoiceId));
    }

    /// <summary>As many as the settings say, from a place that is another each time, and those that are known to differ.</summary>
    async Task<List<Follower>> SampleAsync(IQueryable<Follower> all, CancellationToken cancellationToken)
    {
        var (from, most) = (Guid.NewGuid(), options.Value.ReplayedSagas);
        var known = await db.Drifts.Where(drift => drift.Class == Class && drift.EndedAt == null).Select(drift => drift.Subject).ToListAsync(cancellationToken);
        var ids = known.ConvertAll(Guid.Parse);
        var some = await all.Where(one => one.Id >= from).OrderBy(one => one.Id).Take(most).ToListAsync(cancellationToken);
        if (some.Count < most)
            some.AddRange(await all.Where(one => one.Id < from).OrderBy(one => one.Id).Take(most - some.Count).ToListAsync(cancellationToken));
        some.AddRange(await all.Where(one => ids.Contains(one.Id)).ToListAsync(cancellationToken));
        return some;
    }

    IEnumerable<Difference> Told(string name, string accountId, Guid sagaId, Replayed replayed, Guid? invoiceId) =>
        replayed.Differences.Count == 0 ? []
        : [Found(accountId, sagaId, $"{name} {sagaId}: {string.Join("; ", replayed.Differences)}", invoiceId)];

    /// <summary>Members and no constructor: the database filters by them.</summary>
    sealed class Follower
    {
        public required Guid Id { get; init; }
        public required string AccountId { get; init; }
        public required Guid InvoiceId { get; init; }
    }
}
