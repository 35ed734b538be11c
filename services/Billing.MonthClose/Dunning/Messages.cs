namespace Billing.MonthClose.Dunning;

// What is said about an invoice that was not paid at once. Inside this service only; it grows, and never changes.

/// <summary>Event. Nobody knows whether the gateway took the money.</summary>
public sealed record ChargeUnknown(Guid InvoiceId, string AccountId, Guid ChargeId);

/// <summary>Event. Refused; it will be tried again.</summary>
public sealed record ChargeDeclined(Guid InvoiceId, string AccountId, int Attempt, DateTimeOffset RetryAt);

/// <summary>Event. Failed because of us, such as a gateway that could not be reached: it is made again soon, and the customer hears nothing.</summary>
public sealed record ChargeNotMade(Guid InvoiceId, string AccountId, DateTimeOffset AgainAt);

/// <summary>Event. Refused for good, or once too often: the account is on hold.</summary>
public sealed record CollectionHeld(Guid InvoiceId, string AccountId);

/// <summary>Event. The invoice is paid, whoever paid it.</summary>
/// <param name="InvoiceId">The invoice.</param>
/// <param name="ByCharge">True when the answer to a charge says so: then none of its charges is unknown any more.</param>
public sealed record InvoiceSettled(Guid InvoiceId, bool ByCharge = false);

/// <summary>Timer. It is time to ask the gateway what became of the charge.</summary>
public sealed record LookDue(Guid InvoiceId);

/// <summary>Timer. It is time to charge once more.</summary>
public sealed record RetryDue(Guid InvoiceId);

/// <summary>Command. Asks the gateway what became of the invoice's charge. It never charges.</summary>
public sealed record LookForCharge(Guid InvoiceId);

/// <summary>Event. The gateway does not know yet either.</summary>
public sealed record StillUnknown(Guid InvoiceId);

/// <summary>Command. Charges the invoice once more, if it still owes.</summary>
public sealed record RetryCharge(Guid InvoiceId);

/// <summary>Command. Writes to the customer about the invoice.</summary>
public sealed record TellCustomer(Guid InvoiceId, string Template, int Attempt);
