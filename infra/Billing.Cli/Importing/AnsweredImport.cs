using System.Collections.Concurrent;
using Billing.Cli.Bus;
using Billing.Contracts.Seats.V1;

namespace Billing.Cli.Importing;

/// <summary>Sends rows to SeatRefresh, some hundred in a message, and hears from it of each what became of it.</summary>
public sealed class AnsweredImport(BillingBus bus, TimeProvider time)
{
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    /// <summary>Deliveries that may wait for their answers at once: enough to keep the service busy, and few enough to remember what is in them.</summary>
    const int MostUnderWay = 50;

    /// <summary>When no answer comes for so long, something is wrong.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="what">The plural of what is sent.</param>
    /// <param name="name">Of the file, for the answers.</param>
    /// <param name="rows">Good ones.</param>
    /// <param name="key">
    /// What a row is about. Of two rows about the same the later one of the file counts, and the service handles many deliveries at once: so the second waits
    /// for the answer to the first.
    /// </param>
    /// <param name="message">Puts some into a command, with the reference of the delivery.</param>
    /// <param name="report">Hears of those that the service refused, by their lines.</param>
    /// <param name="cancellation">Stops sending; what was sent stays.</param>
    /// <returns>How many were new or have changed, and of how many nothing was new.</returns>
    public async Task<(long Taken, long Unchanged)> RunAsync<T>(
        string what, string name, IEnumerable<ImportRow<T>> rows, Func<T, string> key, Func<T[], string, object> message, ImportReport report,
        CancellationToken cancellation)
        where T : class
    {
        var delivery = Guid.NewGuid().ToString("N")[..8];
        var waiting = new ConcurrentDictionary<string, long[]>(StringComparer.Ordinal);
        var (taken, unchanged) = (0L, 0L);
        await using var listening = await bus.ListenAsync<SeatRecordsTaken>(answer =>
        {
            if (answer.Reference is null || !waiting.TryGetValue(answer.Reference, out var lines))
                return;
            lock (report)
            {
                (taken, unchanged) = (taken + answer.Taken, unchanged + answer.Unchanged);
                foreach (var refused in answer.Rejected)
                    report.Refuse(lines[refused.Index], refused.Reasons);
            }

            waiting.TryRemove(answer.Reference, out _);
        });
        var underWay = new HashSet<string>(StringComparer.Ordinal);
        foreach (var chunk in rows.Chunk(Batches.Size))
        {
            var keys = chunk.Select(row => key(row.Value!)).ToHashSet(StringComparer.Ordinal);
            if (waiting.Count >= MostUnderWay || underWay.Overlaps(keys))
            {
                await AllAnsweredAsync(what, waiting, cancellation);
                underWay.Clear();
            }

            underWay.UnionWith(keys);
            var reference = $"{name} {delivery}, lines {chunk[0].Line} to {chunk[^1].Line}";
            waiting[reference] = [.. chunk.Select(row => row.Line)];
            await bus.PublishAsync(message([.. chunk.Select(row => row.Value!)], reference), cancellation);
        }

        await AllAnsweredAsync(what, waiting, cancellation);
        report.Write();
        return (taken, unchanged);
    }

    async Task AllAnsweredAsync(string what, ConcurrentDictionary<string, long[]> waiting, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Pace, time);
        var (last, moved) = (waiting.Count, time.GetTimestamp());
        while (!waiting.IsEmpty)
        {
            if (waiting.Count != last)
                (last, moved) = (waiting.Count, time.GetTimestamp());
            if (time.GetElapsedTime(moved) > Patience)
                throw new CliException(
                    $"SeatRefresh has not answered {waiting.Count} deliveries of {what} for {Patience.TotalSeconds:0} s. "
                    + "See its log; sending the file again does no harm.");
            await timer.WaitForNextTickAsync(cancellation);
        }
    }
}
