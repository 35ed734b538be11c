using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;

namespace Billing.MonthClose.Close.Charging;

// What is said about an invoice that was not paid at once. Inside this service only; it grows, and never changes.

/// <summary>Event. Nobody knows whether the gateway took the money.</summary>
public sealed record ChargeUnknown(Guid InvoiceId, string AccountId, Guid ChargeId);

/// <summary>Event. Refused; it will be tried again.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="AccountId">Its account.</param>
/// <param name="Attempt">Which attempt was refused.</param>
/// <param name="RetryAt">When the next one is due.</param>
/// <param name="IsLast">The account goes on hold when the next one is refused as well.</param>
/// <param name="Cycle">Which schedule, from 0.</param>
/// <param name="Silent">The customer is not told: the next try follows at once, or he is not to be dunned.</param>
public sealed record ChargeDeclined(
    Guid InvoiceId, string AccountId, int Attempt, DateTimeOffset RetryAt, bool IsLast = false, int Cycle = 0, bool Silent = false);

/// <summary>Event. The account pays by hand, and has time until then.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="AccountId">Its account.</param>
/// <param name="Until">When it is found out whether it paid.</param>
public sealed record PaymentAwaited(Guid InvoiceId, string AccountId, DateTimeOffset Until);

/// <summary>Event. An account that pays by hand let a day pass without a payment: it is reminded.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="AccountId">Its account.</param>
/// <param name="Attempt">Which attempt of the plan it used up.</param>
/// <param name="NextAt">When the next day of the plan comes.</param>
/// <param name="IsLast">The account goes on hold when that one passes as well.</param>
/// <param name="Cycle">Which schedule, from 0.</param>
public sealed record PaymentMissed(Guid InvoiceId, string AccountId, int Attempt, DateTimeOffset NextAt, bool IsLast, int Cycle);

/// <summary>
/// Event. The gateway never heard of the charge: our outage, so no money moved, no attempt is used up and no customer is told. It is charged
/// again soon.
/// </summary>
public sealed record ChargeNeverReached(Guid InvoiceId, string AccountId, Guid ChargeId);

/// <summary>
/// Event. The gateway refused the request itself, or the books forbid it: our fault, so no attempt is used up and no customer is told. Nothing
/// happens until a person acts.
/// </summary>
public sealed record CollectionBlocked(Guid InvoiceId, string AccountId, string ReasonCode, string Reason);

/// <summary>Event. A try outside the plan failed: a person's, or one with a new payment method. The plan stays as it was.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="ByOurFault">The gateway refused the request itself, or never heard of it.</param>
public sealed record ExtraTryFailed(Guid InvoiceId, bool ByOurFault = false);

/// <summary>Event. A planned try was not made, for a reason that lasts until the account's facts change.</summary>
public sealed record RetrySkipped(Guid InvoiceId, string Reason);

/// <summary>Event. Nothing is tried or enforced any more, until the account's facts change: overdue enforcement is off.</summary>
public sealed record CollectionNotEnforced(Guid InvoiceId, string AccountId, string Reason);

/// <summary>Event. A planned try has to wait: something has charged the account too often today, or the run of the invoice is paused.</summary>
public sealed record RetryPostponed(Guid InvoiceId, DateTimeOffset Until)
{
    /// <summary>A pause lasts minutes or hours, and nobody tells the collections of its end.</summary>
    static readonly TimeSpan PauseIsLookedAtAgain = TimeSpan.FromMinutes(15);

    public static RetryPostponed ByPause(RetryCharge retry, DateTimeOffset now) => new(retry.InvoiceId, now + PauseIsLookedAtAgain);
}

/// <summary>Event. The last look was made in vain: a person has to ask the gateway.</summary>
public sealed record NobodyKnows(Guid ChargeId, Guid InvoiceId, string AccountId);

/// <summary>Event. It is known, and booked, what became of a charge whose outcome had been unknown.</summary>
public sealed record ChargeResolved(Guid ChargeId, Guid InvoiceId, string AccountId);

/// <summary>Event. Refused for good, or once too often: the account is on hold.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="AccountId">Its account.</param>
/// <param name="Hard">Another payment method is needed.</param>
/// <param name="Attempt">Which attempt was refused.</param>
/// <param name="Cycle">Which schedule, from 0.</param>
public sealed record CollectionHeld(Guid InvoiceId, string AccountId, bool Hard = false, int Attempt = 0, int Cycle = 0);

/// <summary>Event. Nothing is to be collected any more, and nobody paid: the invoice was voided, corrected to nothing, or given up.</summary>
public sealed record CollectionEnded(Guid InvoiceId, string AccountId, string Reason, bool LiftHold);

/// <summary>Timer. It is time to ask the gateway what became of the charge.</summary>
public sealed record LookDue(Guid ChargeId);

/// <summary>Timer. It is time to charge once more.</summary>
public sealed record RetryDue(Guid InvoiceId);

/// <summary>Command. Asks the gateway what became of the charge. It never charges.</summary>
public sealed record LookForCharge(Guid ChargeId);

/// <summary>Event. The gateway does not know yet either.</summary>
public sealed record StillUnknown(Guid ChargeId);

/// <summary>Command. Charges the invoice once more, if it still owes.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="Origin">Who asks.</param>
/// <param name="Uncounted">A failure uses up no attempt, and leaves the plan as it was.</param>
/// <param name="ChargeId">The id of the charge that is to be made: the same command twice makes one.</param>
/// <param name="RequestedBy">Who, when a person asks.</param>
/// <param name="Believed">What that person believed of the invoice; null when nobody did, and the books are asked.</param>
public sealed record RetryCharge(Guid InvoiceId, ChargeOrigin Origin = ChargeOrigin.Retry, bool Uncounted = false, Guid? ChargeId = null,
    string? RequestedBy = null, ExpectedCharge? Believed = null);

/// <summary>Command. Writes to the customer about the invoice.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="Template">Of the letter.</param>
/// <param name="Attempt">Tells two letters of one template apart: the same number twice is sent once.</param>
/// <param name="NextTry">When the next charge is due, if the letter says so.</param>
public sealed record TellCustomer(Guid InvoiceId, string Template, int Attempt, DateTimeOffset? NextTry = null);

/// <summary>Command. Writes to the customer that a charge took more than was open, and that the rest is his credit.</summary>
public sealed record TellOfExcess(Guid ChargeId);
