using Billing.Hosting;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Correct.Corrections;

/// <summary>An invoice with its account's lock held, as it is now and not as someone read it earlier.</summary>
sealed record OpenedInvoice(Invoice Invoice, AccountBalance Balance, IReadOnlyList<Charge> Charges)
{
    /// <summary>The charge whose outcome nobody knows, if there is one.</summary>
    public Charge? Unresolved => Charges.FirstOrDefault(charge => charge.State is ChargeState.Pending or ChargeState.Unknown);

    public Charge? Succeeded => Charges.FirstOrDefault(charge => charge.State == ChargeState.Succeeded);
}

/// <summary>What every correction of an invoice has in common: the lock, the sender's id, what he believed, and how the invoice is written back.</summary>
sealed class CorrectionStore(MonthCloseDbContext db, LedgerBook ledger, IBulkWriter bulk)
{
    /// <summary>Locks the account and reads the invoice under the lock. Null when the command was obeyed before.</summary>
    /// <param name="lockAccountToo">For an invoice that is computed anew: its account's row is locked before the balance, as everyone does.</param>
    public async Task<OpenedInvoice?> OpenAsync(
        string command, string senderId, string invoiceNumber, decimal amount, Func<Invoice, Refusal?> believed, CancellationToken cancellationToken,
            bool lockAccountToo = false)
    {
        var accountId = await db.Invoices.Where(invoice => invoice.Number == invoiceNumber).Select(invoice => invoice.AccountId)
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw CommandRejected.Because(command, "InvoiceNumber", invoiceNumber, "the number of an invoice, such as INV-000000042");
        if (lockAccountToo)
            _ = await db.Accounts.Where(account => account.AccountId == accountId).AsNoTracking().ForUpdate().SingleAsync(cancellationToken);
        var balance = (await ledger.LockAsync([accountId], cancellationToken))[accountId];
        var invoice = await db.Invoices.AsNoTracking().SingleAsync(invoice => invoice.Number == invoiceNumber, cancellationToken);
        if (await IsKnownAsync(command, senderId, accountId, invoice.InvoiceId, amount, cancellationToken))
            return null;
        if (believed(invoice) is { } refusal)
            throw refusal.Of(command);
        return new OpenedInvoice(invoice, balance, await db.Charges.AsNoTracking().Where(charge => charge.InvoiceId == invoice.InvoiceId)
            .ToListAsync(cancellationToken));
    }

    /// <summary>The same id twice is one command; the same id for something else is an error that someone has to look at.</summary>
    public async Task<bool> IsKnownAsync(string command, string senderId, string accountId, Guid? invoiceId, decimal amount,
        CancellationToken cancellationToken)
    {
        var id = Correction.IdOf(command, senderId);
        var known = await db.Corrections.AsNoTracking().SingleOrDefaultAsync(correction => correction.CorrectionId == id, cancellationToken);
        if (known is not null && (known.AccountId != accountId || known.InvoiceId != invoiceId || known.Amount != amount))
            throw CommandRejected.Because(command, "its id", senderId,
                $"an id of its own: under this one, {known.Amount} of account {known.AccountId} was corrected at {known.At:u}");
        return known is not null;
    }

    public Task MarkAsync(Correction correction, CancellationToken cancellationToken) => bulk.InsertAsync(db, [correction], cancellationToken);

    /// <summary>Writes what a correction changed of the invoice; its version says that nobody else did.</summary>
    public async Task WriteAsync(Invoice before, Invoice after, CancellationToken cancellationToken)
    {
        var written = await bulk.UpdateAsync(db, [after],
            x => new { x.AmountReduced, x.CreditUsedLater, x.WrittenOff, x.Recovered, x.Status, x.PaidAt, x.ReplacedBy, x.Version },
            invoice => invoice.Version, before.Version, cancellationToken);
        if (written != 1)
            throw new InvalidOperationException($"{before.Number} was not at version {before.Version} any more, although its account's lock was held.");
    }

    /// <summary>How the month ended for the account, as the reports say it. How far the close has come does not change.</summary>
    public Task SayOutcomeAsync(Invoice invoice, CloseOutcome outcome, CancellationToken cancellationToken) =>
        db.AccountCloses.Where(close => close.RunId == invoice.RunId && close.AccountId == invoice.AccountId && close.Outcome != null)
            .ExecuteUpdateAsync(set => set.SetProperty(close => close.Outcome, outcome), cancellationToken);
}

/// <summary>Command. Writes to the customer about a credit note. Inside this service only.</summary>
public sealed record TellOfCreditNote(Guid CreditNoteId);
