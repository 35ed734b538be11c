using Billing.Hosting.Personal;
using Billing.Hosting.Work;
using Billing.Notification.Messages;
using Billing.Notification.Settings;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Delivering;

/// <summary>
/// Erases whom old messages went to and what they said: what their marked columns hold, and what these quote in the provider's report. Every process does so;
/// a row that another has in its hands is passed over.
/// </summary>
sealed class WordsUpkeep(
    Transactions<NotificationDbContext> transactions, IOptions<RetentionOptions> options, DatabaseReadiness database, TimeProvider clock,
    ILogger<WordsUpkeep> log)
    : PeriodicWork(database, clock, log)
{
    /// <summary>In one transaction: short enough that nobody waits for its locks.</summary>
    const int MostAtOnce = 500;

    protected override TimeSpan Period { get; } = TimeSpan.FromHours(1);

    protected override async Task PassAsync(CancellationToken stopping)
    {
        var (gone, some) = (0, 0);
        do
            gone += some = await transactions.RunAsync(services => EraseAsync(services, stopping), stopping);
        while (some == MostAtOnce);
        if (gone > 0)
            log.WordsErased(gone, options.Value.Words);
    }

    async Task<int> EraseAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<NotificationDbContext>();
        var (now, before) = (Clock.GetUtcNow(), Clock.GetUtcNow() - options.Value.Words);
        var old = await db.Messages.AsTracking().Where(message => message.EndedAt < before && message.WordsErasedAt == null)
            .OrderBy(message => message.EndedAt).Take(MostAtOnce).ForUpdateSkipLocked().ToListAsync(cancellationToken);
        var ids = old.ConvertAll(message => message.NotificationId);
        var reports = await db.DeliveryReports.AsTracking().Where(report => ids.Contains(report.NotificationId))
            .ToDictionaryAsync(report => report.NotificationId, cancellationToken);
        var personal = services.GetRequiredService<PersonalData<NotificationDbContext>>();
        foreach (var message in old)
        {
            personal.Erase(reports.TryGetValue(message.NotificationId, out var report) ? [message, report] : [message]);
            message.WordsErasedAt = now;
        }

        await db.SaveChangesAsync(cancellationToken);
        return old.Count;
    }
}
