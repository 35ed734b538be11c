using Billing.Hosting.Retention;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Scheduler.Dated;

/// <summary>Erases what commands said that had a due time; which command it was, who gave it when, and what became of it, stays.</summary>
sealed class OldCommands(
    Transactions<SchedulerDbContext> transactions, IOptions<RetentionOptions> options, DatabaseReadiness database, TimeProvider clock, ILogger<OldCommands> log)
    : WordsUpkeep<SchedulerDbContext>(transactions, options, database, clock, log)
{
    protected override string What => "commands with a due time";

    /// <summary>People give such commands one by one, so there are never many.</summary>
    protected override Task<int> EraseAsync(IServiceProvider services, DateTimeOffset before, CancellationToken cancellationToken) =>
        services.GetRequiredService<SchedulerDbContext>().Commands
            .Where(command => command.EndedAt < before && command.Body != ScheduledCommand.NothingLeft).OrderBy(command => command.EndedAt).Take(MostAtOnce)
            .ExecuteUpdateAsync(set => set.SetProperty(command => command.Body, ScheduledCommand.NothingLeft), cancellationToken);
}
