using Billing.Hosting.Work;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Billing.Hosting.Retention;

/// <summary>
/// Erases whom something went to, or what it said, when it has long been over; its row stays. Every process does so: what another has erased is
/// nothing to do.
/// </summary>
public abstract partial class WordsUpkeep<TContext>(
    Transactions<TContext> transactions, IOptions<RetentionOptions> options, DatabaseReadiness database, TimeProvider clock, ILogger log)
    : PeriodicWork(database, clock, log)
    where TContext : DbContext
{
    /// <summary>In one transaction: short enough that nobody waits for its locks.</summary>
    protected const int MostAtOnce = 500;

    protected sealed override TimeSpan Period { get; } = TimeSpan.FromHours(1);

    /// <summary>What they are, such as <c>messages</c>.</summary>
    protected abstract string What { get; }

    /// <summary>Erases the words of up to <see cref="MostAtOnce"/> rows, in a transaction of its own.</summary>
    /// <param name="services">Of the transaction.</param>
    /// <param name="before">Of those that were over before it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Of how many rows.</returns>
    protected abstract Task<int> EraseAsync(IServiceProvider services, DateTimeOffset before, CancellationToken cancellationToken);

    protected sealed override async Task PassAsync(CancellationToken stopping)
    {
        var before = Clock.GetUtcNow() - options.Value.Words;
        var (gone, some) = (0, 0);
        do
            gone += some = await transactions.RunAsync(services => EraseAsync(services, before, stopping), stopping);
        while (some == MostAtOnce);
        if (gone > 0)
            LogErased(Log, gone, What, options.Value.Words);
    }

    [LoggerMessage(1, LogLevel.Information, "Erased the words of {Count} {What} that were over for {Kept} and longer")]
    static partial void LogErased(ILogger logger, int count, string what, TimeSpan kept);
}
