using Billing.Hosting.Personal;
using Billing.Hosting.Retention;
using Billing.Notification.Messages;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Delivering;

/// <summary>
/// Erases whom old messages went to and what they said: what their marked columns hold, and what these quote in the provider's report. That they were asked
/// for, and what became of them, stays.
/// </summary>
sealed class OldMessages(
    Transactions<NotificationDbContext> transactions, IOptions<RetentionOptions> options, DatabaseReadiness database, TimeProvider clock,
    ILogger<OldMessages> log)
    : WordsUpkeep<NotificationDbContext>(transactions, options, database, clock, log)
{
    protected override string What => "messages";

    protected override async Task<int> EraseAsync(IServiceProvider services, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (db, now) = (services.GetRequiredService<NotificationDbContext>(), Clock.GetUtcNow());
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
