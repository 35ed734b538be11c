using System.Text.Encodings.Web;
using System.Text.Json;
using Billing.Hosting.Personal;
using Billing.Scheduler.Dated;

namespace Billing.Scheduler;

/// <summary>Commands that are kept for later, or were, and may tell of an account.</summary>
public static class SchedulerPersonalRows
{
    public static PersonalRows<SchedulerDbContext> All { get; } = new PersonalRows<SchedulerDbContext>()
        .Of<ScheduledCommand>(OfAccount, command => command.ScheduledAt);

    /// <summary>Those whose body holds the id as text; whether it is of the account is seen when the body is read.</summary>
    static IQueryable<ScheduledCommand> OfAccount(SchedulerDbContext db, string accountId)
    {
        var escaped = $"\"{JsonEncodedText.Encode(accountId)}\"";
        var relaxed = $"\"{JsonEncodedText.Encode(accountId, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
        return db.Commands.Where(command => command.Body.Contains(escaped) || command.Body.Contains(relaxed));
    }
}
