using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Intake.Accounts;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>One account with all that was ever billed, charged and booked for it.</summary>
sealed class AccountReader(MonthCloseDbContext db)
{
    public async Task<object?> FindAsync(string accountId, CancellationToken cancellationToken)
    {
        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(account => account.AccountId == accountId, cancellationToken);
        if (account is null)
            return null;
        var balance = await db.Balances.AsNoTracking().SingleOrDefaultAsync(balance => balance.AccountId == accountId, cancellationToken);
        var closes = await (
            from close in db.AccountCloses.AsNoTracking()
            join run in db.Runs.AsNoTracking() on close.RunId equals run.CorrelationId
            where close.AccountId == accountId
            orderby run.Period
            select new { run.Period, Close = close }).ToListAsync(cancellationToken);
        var invoices = await db.Invoices.AsNoTracking().Where(invoice => invoice.AccountId == accountId).OrderBy(invoice => invoice.IssuedAt)
            .ToListAsync(cancellationToken);
        var ids = invoices.ConvertAll(invoice => invoice.InvoiceId);
        var lines = (await db.InvoiceLines.AsNoTracking().Where(line => ids.Contains(line.InvoiceId)).OrderBy(line => line.Position)
            .ToListAsync(cancellationToken))
            .ToLookup(line => line.InvoiceId);
        var charges = await db.Charges.AsNoTracking().Where(charge => charge.AccountId == accountId).OrderBy(charge => charge.CreatedAt)
            .ToListAsync(cancellationToken);
        var transactions = await db.LedgerTransactions.AsNoTracking().Where(transaction => transaction.AccountId == accountId)
            .OrderBy(transaction => transaction.At).ToListAsync(cancellationToken);
        var transactionIds = transactions.ConvertAll(transaction => transaction.TransactionId);
        var entries = (await db.LedgerEntries.AsNoTracking().Where(entry => transactionIds.Contains(entry.TransactionId)).OrderBy(entry => entry.Position)
            .ToListAsync(cancellationToken))
            .ToLookup(entry => entry.TransactionId);

        return new
        {
            account.AccountId,
            account.Name,
            account.Currency,
            account.TimeZone,
            account.ManualPayment,
            ControlTags = SetControlTagsConsumer.NamesOf(account.Controls),
            account.JoinedOn,
            account.ClosedOn,
            Held = await db.Holds.AnyAsync(hold => hold.AccountId == accountId && hold.LiftedAt == null, cancellationToken),
            Balance = new { Owed = balance?.Owed ?? 0, Credit = balance?.Credit ?? 0 },
            Closes = closes.Select(row => new
            {
                Period = BillingPeriod.FromNumber(row.Period).ToString(),
                row.Close.Step,
                row.Close.Outcome,
                row.Close.ReasonCode,
                row.Close.Reason,
                row.Close.Chunk,
                row.Close.InvoiceId,
                row.Close.PendingAt,
                row.Close.InvoicedAt,
                row.Close.EmailedAt,
                row.Close.SettledAt,
                row.Close.ClosedAt
            }),
            Invoices = invoices.Select(invoice => new
            {
                invoice.InvoiceId,
                invoice.Number,
                Period = BillingPeriod.FromNumber(invoice.Period).ToString(),
                invoice.Status,
                invoice.Total,
                invoice.CreditApplied,
                invoice.AmountDue,
                invoice.AmountPaid,
                invoice.AmountReduced,
                Open = invoice.Owed,
                invoice.WrittenOff,
                invoice.Recovered,
                invoice.Version,
                invoice.Replaces,
                invoice.ReplacedBy,
                invoice.CarriedTo,
                invoice.Currency,
                invoice.IssuedAt,
                Lines = lines[invoice.InvoiceId].Select(line => new
                {
                    line.Position,
                    line.Kind,
                    line.Description,
                    line.Quantity,
                    line.UnitPrice,
                    line.FirstDay,
                    line.LastDay,
                    line.Formula,
                    line.Amount
                })
            }),
            Charges = charges.Select(charge => new
            {
                charge.ChargeId,
                charge.InvoiceId,
                charge.Attempt,
                charge.Amount,
                charge.Currency,
                charge.State,
                charge.Code,
                charge.Reduced,
                charge.GatewayReference,
                charge.CreatedAt,
                charge.AnsweredAt
            }),
            CreditNotes = (await db.CreditNotes.AsNoTracking().Where(note => note.AccountId == accountId).OrderBy(note => note.IssuedAt)
                .ToListAsync(cancellationToken)).Select(note => new
                {
                    note.Number,
                    note.SenderId,
                    note.InvoiceId,
                    note.Amount,
                    note.Reduced,
                    note.Refund,
                    note.AccountCredit,
                    note.Outside,
                    note.Currency,
                    note.Reason,
                    note.IssuedAt
                }),
            Refunds = (await db.Refunds.AsNoTracking().Where(refund => refund.AccountId == accountId).OrderBy(refund => refund.CreatedAt)
                .ToListAsync(cancellationToken)).Select(refund => new
                {
                    refund.RefundId,
                    refund.SenderId,
                    refund.ChargeId,
                    refund.InvoiceId,
                    refund.Amount,
                    refund.Currency,
                    refund.State,
                    refund.Code,
                    refund.GatewayReference,
                    refund.CreatedAt,
                    refund.AnsweredAt
                }),
            Ledger = transactions.Select(transaction => new
            {
                transaction.TransactionId,
                transaction.Cause,
                transaction.At,
                Entries = entries[transaction.TransactionId].Select(entry => new { entry.Account, entry.Amount, entry.Currency })
            })
        };
    }
}
