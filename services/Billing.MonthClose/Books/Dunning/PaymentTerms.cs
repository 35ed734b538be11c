using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;

namespace Billing.MonthClose.Books.Dunning;

/// <summary>Until when an invoice is paid in time.</summary>
static class PaymentTerms
{
    /// <summary>The last day, by the account's calendar. Whoever is charged pays on the day itself.</summary>
    public static DateOnly DueOn(Account account, DunningPolicy policy, DateTimeOffset from) =>
        Zones.DayOf(from, account.TimeZone).AddDays(account.Has(ControlTags.ManualPay) ? account.PaymentTermsDays ?? policy.PaymentTermsDays : 0);
}
