namespace Billing.MonthClose.Books.Closes;

/// <summary>What the sender of a charge believed, and when: it is checked against the books under the account's lock before money moves.</summary>
/// <param name="AmountDue">What was open of it, in the currency's major unit.</param>
/// <param name="InvoiceVersion">The invoice's version when it was believed.</param>
/// <param name="AsOf">The instant at which it was believed.</param>
public sealed record ExpectedCharge(Guid InvoiceId, string AccountId, decimal AmountDue, string Currency, int InvoiceVersion, DateTimeOffset AsOf);
