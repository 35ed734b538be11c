using Billing.Hosting;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Ledger;

namespace Billing.MonthClose.Intake.Payments;

/// <summary>A command that brings money has its sender's key. The same key with the same content is a repeat; with other content it is an error.</summary>
static class KnownMoney
{
    /// <returns>True when the command was obeyed before.</returns>
    /// <exception cref="CommandRejectedException">Other money is booked under the key; the reason names both.</exception>
    public static async Task<bool> IsBookedAsync(this LedgerBook ledger, Guid transactionId, string command, string field, string key,
        string accountId, Money amount, CancellationToken cancellationToken)
    {
        if (await ledger.FindAsync(transactionId, cancellationToken) is not { } known)
            return false;
        return known.AccountId == accountId && known.Amount == amount
            ? true
            : throw CommandRejected.Because(command, field, key,
                $"an id of its own: under this one, {known.Amount} of account {known.AccountId} was booked at {known.At:u}, "
                    + $"and this is {amount} of account {accountId}");
    }
}
