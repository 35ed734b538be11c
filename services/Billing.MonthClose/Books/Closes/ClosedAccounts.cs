using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;

namespace Billing.MonthClose.Books.Closes;

static class ClosedAccounts
{
    /// <summary>The accounts that the close of a month takes in: who joined after the month is not in it.</summary>
    public static IQueryable<Account> AccountsIn(this BillingPeriod period, MonthCloseDbContext db)
    {
        var lastDay = period.LastDay;
        return db.Accounts.Where(account => account.JoinedOn == null || account.JoinedOn <= lastDay);
    }
}
