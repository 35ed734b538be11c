using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Texts;
using Billing.MonthClose.Books.Auditing;

namespace Billing.MonthClose.Books.Closes;

/// <summary>The moves of one account's close.</summary>
static class CloseMoves
{
    public static AccountClose Book(this AccountClose close, CloseOutcome outcome, DateTimeOffset at)
    {
        (close.Step, close.Outcome, close.BookedAt) = (CloseStep.Booked, outcome, at);
        return close;
    }

    public static void Park(this AccountClose close, string reasonCode, string reason)
    {
        close.ParkedAt = close.Step;
        close.Step = CloseStep.Parked;
        close.ReasonCode = reasonCode;
        close.Reason = reason.ShortenedTo(1000);
    }

    public static AuditEntry ToParkedEntry(this AccountClose close, AuditTrail audit) =>
        audit.Entry(close.AccountId, AuditSubject.Close, $"{close.RunId}:{close.AccountId}", "parked", close.Reason,
            new { Step = close.ParkedAt }, new { close.Step, close.ReasonCode });

    public static AccountParked ToAccountParked(this AccountClose close, string period) => new()
    {
        RunId = close.RunId,
        AccountId = close.AccountId,
        Period = period,
        ReasonCode = close.ReasonCode!,
        Reason = close.Reason!
    };
}
