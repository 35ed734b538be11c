using System.Text.Json.Nodes;
using Billing.MonthClose.Books.Histories;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Billing.MonthClose.Look.Replaying;

/// <summary>Builds the state of sagas anew from the messages that they took, and holds it against the rows that are stored.</summary>
sealed class SagaReplay(MonthCloseDbContext db)
{
    /// <summary>Whoever takes messages without a pause is compared as he was after the last look.</summary>
    const int MostLooks = 5;

    /// <summary>So many sagas are read in one question.</summary>
    const int AtATime = 100;

    /// <param name="sagaId">The saga.</param>
    /// <param name="at">What was taken later is left out, and the row of now is not compared. Null for now.</param>
    /// <param name="each">Hears of each message in its order; again from the first when the saga took another one meanwhile.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<Replayed> OfAsync<TSaga>(Guid sagaId, DateTimeOffset? at, Action<SagaEntry, SagaChange>? each, CancellationToken cancellationToken)
        where TSaga : class, ISaga
    {
        for (var look = 1; ; look++)
        {
            var before = await ImageOfAsync<TSaga>(sagaId, cancellationToken);
            var replay = new Replayed();
            await foreach (var entry in db.SagaEntries.AsNoTracking().Where(entry => entry.SagaId == sagaId && (at == null || entry.TakenAt <= at))
                .OrderBy(entry => entry.Number).AsAsyncEnumerable().WithCancellation(cancellationToken))
            {
                var change = SagaChange.Unpack(entry.Body);
                replay.Take(entry, change);
                each?.Invoke(entry, change);
            }

            if (at is not null)
                return replay;
            var now = await ImageOfAsync<TSaga>(sagaId, cancellationToken);
            if (look < MostLooks && !SagaImage.AreSame(before, now))
                continue;
            replay.Compare(now);
            return replay;
        }
    }

    /// <summary>Many sagas at a time; whoever differs is read again alone, since it may have taken a message between two reads.</summary>
    public async Task<IReadOnlyDictionary<Guid, Replayed>> OfManyAsync<TSaga>(IEnumerable<Guid> sagaIds, CancellationToken cancellationToken)
        where TSaga : class, ISaga
    {
        var all = new Dictionary<Guid, Replayed>();
        foreach (var ids in sagaIds.Chunk(AtATime))
        {
            var replays = ids.ToDictionary(id => id, _ => new Replayed());
            await foreach (var entry in db.SagaEntries.AsNoTracking().Where(entry => ids.Contains(entry.SagaId))
                .OrderBy(entry => entry.Number).AsAsyncEnumerable().WithCancellation(cancellationToken))
                replays[entry.SagaId].Take(entry, SagaChange.Unpack(entry.Body));
            var rows = await db.Set<TSaga>().AsNoTracking().Where(saga => ids.Contains(saga.CorrelationId))
                .ToDictionaryAsync(saga => saga.CorrelationId, cancellationToken);
            foreach (var (id, replay) in replays)
            {
                replay.Compare(rows.TryGetValue(id, out var row) ? SagaImage.Of(TypeOf<TSaga>(), row) : null);
                all[id] = replay.Differences.Count == 0 ? replay : await OfAsync<TSaga>(id, null, null, cancellationToken);
            }
        }

        return all;
    }

    async Task<SortedDictionary<string, JsonNode?>?> ImageOfAsync<TSaga>(Guid sagaId, CancellationToken cancellationToken)
        where TSaga : class, ISaga =>
        await db.Set<TSaga>().AsNoTracking().SingleOrDefaultAsync(saga => saga.CorrelationId == sagaId, cancellationToken) is { } saga
            ? SagaImage.Of(TypeOf<TSaga>(), saga) : null;

    IEntityType TypeOf<TSaga>() => db.Model.FindEntityType(typeof(TSaga))!;
}
