using Billing.MonthClose.Books.Closes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Close.Running;

/// <summary>The places of a run's chunks: who waits, who is in flight, who has ended. Used in the run's own transaction only.</summary>
sealed class ChunkPlaces(MonthCloseDbContext db, IOptions<ClosingOptions> options)
{
    /// <summary>Gives the places that are free to the next chunks that wait.</summary>
    /// <returns>The chunks that are to begin.</returns>
    public async Task<IReadOnlyList<Guid>> TakeAsync(Guid runId, CancellationToken cancellationToken)
    {
        var inFlight = await db.Chunks.CountAsync(chunk => chunk.RunId == runId && chunk.Place == ChunkPlace.InFlight, cancellationToken);
        var free = options.Value.MaxChunksInFlight - inFlight;
        if (free <= 0)
            return [];
        var next = await db.Chunks.Where(chunk => chunk.RunId == runId && chunk.Place == ChunkPlace.Waiting)
            .OrderBy(chunk => chunk.Number).Take(free).Select(chunk => chunk.CorrelationId).ToListAsync(cancellationToken);
        if (next.Count > 0)
            await db.Chunks.Where(chunk => next.Contains(chunk.CorrelationId))
                .ExecuteUpdateAsync(set => set.SetProperty(chunk => chunk.Place, ChunkPlace.InFlight), cancellationToken);
        return next;
    }

    public Task EndAsync(Guid chunkId, CancellationToken cancellationToken) =>
        db.Chunks.Where(chunk => chunk.CorrelationId == chunkId)
            .ExecuteUpdateAsync(set => set.SetProperty(chunk => chunk.Place, ChunkPlace.Ended), cancellationToken);

    public Task<bool> AnyLeftAsync(Guid runId, CancellationToken cancellationToken) =>
        db.Chunks.AnyAsync(chunk => chunk.RunId == runId && chunk.Place != ChunkPlace.Ended, cancellationToken);
}
