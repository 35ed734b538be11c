using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Books.Drifts;
using Billing.MonthClose.Books.Letters;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Collect.Mailing;
using Billing.MonthClose.Correct.Corrections;
using Billing.MonthClose.Correct.Refunding;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reconciling.Checks;

/// <summary>Asks Notification whether it knows the letters that were asked for: a message may be lost on a road that nobody watches.</summary>
sealed class LetterLost(MonthCloseDbContext db, IRequestClient<FindNotifications> notification, IPublishEndpoint bus) : DriftCheck(DriftClass.LetterLost)
{
    const int AtOnce = 500;

    public override async Task<IReadOnlyList<Difference>> FindAsync(Scope scope, CancellationToken cancellationToken)
    {
        var found = new List<Difference>();
        var after = Guid.Empty;
        while (found.Count < scope.Most)
        {
            var letters = await (
                from letter in db.Letters.AsNoTracking()
                join invoice in db.InvoicesOf(scope) on letter.InvoiceId equals invoice.InvoiceId
                where letter.AskedAt < scope.Before && letter.LetterId > after
                orderby letter.LetterId
                select letter).Take(AtOnce).ToListAsync(cancellationToken);
            if (letters.Count == 0)
                break;
            after = letters[^1].LetterId;
            var answer = await notification.GetResponse<NotificationsFound>(new FindNotifications
            {
                NotificationIds = [.. letters.Select(letter =>
                letter.LetterId)]
            }, cancellationToken);
            var known = answer.Message.Notifications.Select(one => one.NotificationId).ToHashSet();
            found.AddRange(letters.Where(letter => !known.Contains(letter.LetterId)).Select(letter =>
                Found(letter.AccountId, letter.LetterId, $"the letter \"{letter.Template}\" {letter.Attempt} was asked for at "
                    + $"{letter.AskedAt:yyyy-MM-dd HH:mm}Z, and Notification never heard of it", letter.InvoiceId)));
        }

        return found;
    }

    /// <summary>The same letter under the same id: should the first one still come, nothing is sent twice.</summary>
    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken)
    {
        var id = Guid.Parse(drift.Subject);
        if (await db.Letters.AsNoTracking().SingleOrDefaultAsync(letter => letter.LetterId == id, cancellationToken) is not { } lost)
            return null;
        object again = lost.Template switch
        {
            Letter.CreditNote => new TellOfCreditNote(lost.Cause!.Value),
            Letter.Refund => new TellOfRefund(lost.Cause!.Value),
            _ => new TellCustomer(lost.InvoiceId, lost.Template, lost.Attempt, lost.NextTry)
        };
        await bus.Publish(again, again.GetType(), cancellationToken);
        return "asked for again, under the same id";
    }
}
