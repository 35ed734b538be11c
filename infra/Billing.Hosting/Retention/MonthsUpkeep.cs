using Billing.Hosting.Work;
using Billing.Persistence;
using Billing.Persistence.Months;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Billing.Hosting.Retention;

/// <summary>
/// Makes the months of tables before their first row comes, and lets those go that are old enough. Every process does so: what another has done already is
/// nothing to do.
/// </summary>
sealed partial class MonthsUpkeep<TContext>(
    IServiceScopeFactory scopes, ITableMonths months, IOptions<RetentionOptions> options, DatabaseReadiness database, TimeProvider clock,
    ILogger<MonthsUpkeep<TContext>> log)
    : PeriodicWork(database, clock, log)
    where TContext : DbContext
{
    /// <summary>A row that finds no month of its own is kept all the same, and moves when its month is made: so much time may be lost.</summary>
    const int Ahead = 3;

    protected override TimeSpan Period { get; } = TimeSpan.FromHours(1);

    protected override async Task PassAsync(CancellationToken stopping)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TContext>();
        var today = DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);
        foreach (var table in KeptTable.Of(db.Model))
        {
            foreach (var made in await months.MakeAsync(db, table, today.AddMonths(Ahead), stopping))
                LogMade(log, made);
            foreach (var gone in await months.DropAsync(db, table, options.Value.FirstKept(table, today), stopping))
                LogGone(log, gone);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Made {Month}")]
    static partial void LogMade(ILogger logger, string month);

    [LoggerMessage(2, LogLevel.Information, "Old enough, and gone: {Month}")]
    static partial void LogGone(ILogger logger, string month);
}
