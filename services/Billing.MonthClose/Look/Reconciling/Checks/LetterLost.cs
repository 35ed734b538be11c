using Billing.Contracts.Notification.V1;
using Billing.Hosting.Personal;
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

/// <summary>Asks Notification what became of the letters that were asked for.</summary>
abstract class LetterCheck(MonthCloseDbContext db, IRequestClient<FindNotifications> notification, string driftClass) : DriftCheck(driftClass)
{
    const int AtOnce = 500;

    protected MonthCloseDbContext Db => db;

    /// <param name="letter">As it was asked for.</param>
    /// <param name="answer">What Notification says of it; null when it never heard of it.</param>
    /// <returns>What is wrong, as the end of a sentence; null when nothing is.</returns>
    protected abstract string? WrongWith(Letter letter, FoundNotification? answer);

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
                    && !db.Set<ErasedContact>().Any(contact => contact.AccountId == letter.AccountId)      // nobody is written to any more
                orderby letter.LetterId
                select letter).Take(AtOnce).ToListAsync(cancellationToken);
            if (letters.Count == 0)
                break;
            after = letters[^1].LetterId;
            var answer = await notification.GetResponse<NotificationsFound>(
                new FindNotifications { NotificationIds = [.. letters.Select(letter => letter.LetterId)] }, cancellationToken);
            var known = answer.Message.Notifications.ToDictionary(one => one.NotificationId);
            found.AddRange(
                from letter in letters
                let wrong = WrongWith(letter, known.GetValueOrDefault(letter.LetterId))
                where wrong is not null
                select Found(letter.AccountId, letter.LetterId, $"the letter \"{letter.Template}\" {letter.Attempt} was asked for at "
                    + $"{letter.AskedAt:yyyy-MM-dd HH:mm}Z, and {wrong}", letter.InvoiceId));
        }

        return found;
    }
}

/// <summary>A letter that Notification could not write, such as to an address that nobody can be written to. A person mends the address.</summary>
sealed class LetterNotWritten(MonthCloseDbContext db, IRequestClient<FindNotifications> notification)
    : LetterCheck(db, notification, DriftClass.LetterNotWritten)
{
    protected override string? WrongWith(Letter letter, FoundNotification? answer) =>
        answer is { State: "Failed" } ? $"was never written: /api/notifications/{letter.LetterId} of Notification says why" : null;
}

/// <summary>A letter that Notification does not know: a message may be lost on a road that nobody watches.</summary>
sealed class LetterLost(MonthCloseDbContext db, IRequestClient<FindNotifications> notification, IPublishEndpoint bus)
    : LetterCheck(db, notification, DriftClass.LetterLost)
{
    protected override string? WrongWith(Letter letter, FoundNotification? answer) => answer is null ? "Notification never heard of it" : null;

    /// <summary>The same letter under the same id: should the first one still come, nothing is sent twice.</summary>
    public override async Task<string?> RepairAsync(Difference drift, Scope scope, CancellationToken cancellationToken)
    {
        var id = Guid.Parse(drift.Subject);
        if (await Db.Letters.AsNoTracking().SingleOrDefaultAsync(letter => letter.LetterId == id, cancellationToken) is not { } lost)
            return null;
        object again = lost.Template switch
        {
            Letter.CreditNote => new TellOfCreditNote(lost.Cause!.Value),
            Letter.PaymentCredited => new TellOfExcess(lost.Cause!.Value),
            Letter.Refund => new TellOfRefund(lost.Cause!.Value),
            _ => new TellCustomer(lost.InvoiceId, lost.Template, lost.Attempt, lost.NextTry)
        };
        await bus.Publish(again, again.GetType(), cancellationToken);
        return "asked for again, under the same id";
    }
}
