namespace Billing.Views.MonthClose;

/// <summary>One account in a list: a row of <c>GET api/accounts</c>.</summary>
/// <param name="AccountId">Its id.</param>
/// <param name="Name">As it was registered.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Tier">Names its dunning policy; null for the default one.</param>
/// <param name="Owed">What it owes, in its currency's major unit.</param>
/// <param name="Credit">What it has as credit.</param>
/// <param name="Held">It is on hold.</param>
/// <param name="ClosedOn">Its last billed day; null while it is a customer.</param>
public sealed record AccountLine(string AccountId, string Name, string Currency, string? Tier, decimal Owed, decimal Credit, bool Held, DateOnly? ClosedOn);

/// <summary>A hold that is in force: a row of <c>GET api/holds</c>.</summary>
/// <param name="HoldId">The invoice that is not paid; of a hold by hand its own id.</param>
/// <param name="AccountId">Whose service is suspended.</param>
/// <param name="ByHand">A person placed it, for no invoice.</param>
/// <param name="PlacedBy">Who; null when the collection did.</param>
/// <param name="Reason">Why.</param>
/// <param name="HeldAt">Since when.</param>
/// <param name="InvoiceNumber">Null of a hold by hand.</param>
/// <param name="Open">What is due of that invoice, in the major unit.</param>
/// <param name="Currency">ISO 4217, of the account.</param>
public sealed record HeldAccount(
    Guid HoldId, string AccountId, bool ByHand, string? PlacedBy, string Reason, DateTimeOffset HeldAt, string? InvoiceNumber, decimal Open, string Currency);

/// <summary>What is tried on one day: a row of <c>GET api/collections/calendar</c>.</summary>
/// <param name="Day">By the calendar of UTC; a day before today holds what is past its time.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Tries">Charges, or reminders of those who pay by hand.</param>
/// <param name="Open">What is due of their invoices, in the major unit.</param>
public sealed record PlannedDay(DateOnly Day, string Currency, int Tries, decimal Open);
