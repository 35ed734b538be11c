using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Correct.Corrections;
using Billing.MonthClose.Intake.Accounts;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>One account with all that was ever billed, charged and booked for it.</summary>
sealed class AccountReader(MonthCloseDbContext db)
{
    /// <returns>Null when there is no such account.</returns>
    public async Task<AccountView?> FindAsync(string accountId, CancellationToken cancellationToken)
    {
        var account = await db.Accounts.AsNoTracking().SingleOrDefaultAsync(account => account.AccountId == accountId, cancellationToken);
        if (account is null)
            return null;
        var balance = await db.Balances.AsNoTracking().SingleOrDefaultAsync(balance => balance.AccountId == accountId, cancellationToken);
        return new AccountView
        {
            AccountId = account.AccountId,
            Name = account.Name,
            Currency = account.Currency,
            TimeZone = account.TimeZone,
            ManualPayment = account.ManualPayment,
            ControlTags = SetControlTagsConsumer.NamesOf(account.Controls),
            JoinedOn = account.JoinedOn,
            ClosedOn = account.ClosedOn,
            Tax = account.Country is { } country
                ? new TaxParticularsView(country, account.Region, account.TaxId, account.TaxExemption, account.TaxExemptThrough) : null,
            Erased = await ErasureReader.FindAsync(db, accountId, cancellationToken),
            Held = await db.Holds.AnyAsync(hold => hold.AccountId == accountId && hold.LiftedAt == null, cancellationToken),
            Balance = new BalanceView(balance?.Owed ?? 0, balance?.Credit ?? 0),
            Closes = await ClosesAsync(accountId, cancellationToken),
            Invoices = await InvoicesAsync(accountId, cancellationToken),
            Charges = (await db.Charges.AsNoTracking().Where(charge => charge.AccountId == accountId).OrderBy(charge => charge.CreatedAt)
                .ToListAsync(cancellationToken)).ConvertAll(View),
            CreditNotes = (await db.CreditNotes.AsNoTracking().Where(note => note.AccountId == accountId).OrderBy(note => note.IssuedAt)
                .ToListAsync(cancellationToken)).ConvertAll(View),
            Refunds = (await db.Refunds.AsNoTracking().Where(refund => refund.AccountId == accountId).OrderBy(refund => refund.CreatedAt)
                .ToListAsync(cancellationToken)).ConvertAll(View),
            Ledger = await LedgerAsync(accountId, cancellationToken)
        };
    }

    async Task<IReadOnlyList<CloseView>> ClosesAsync(string accountId, CancellationToken cancellationToken)
    {
        var closes = await (
            from close in db.AccountCloses.AsNoTracking()
            join run in db.Runs.AsNoTracking() on close.RunId equals run.CorrelationId
            where close.AccountId == accountId
            orderby run.Period
            select new { run.Period, Close = close }).ToListAsync(cancellationToken);
        return closes.ConvertAll(row => View(row.Period, row.Close));
    }

    async Task<IReadOnlyList<InvoiceView>> InvoicesAsync(string accountId, CancellationToken cancellationToken)
    {
        var invoices = await db.Invoices.AsNoTracking().Where(invoice => invoice.AccountId == accountId).OrderBy(invoice => invoice.IssuedAt)
            .ToListAsync(cancellationToken);
        var ids = invoices.ConvertAll(invoice => invoice.InvoiceId);
        var lines = (await db.InvoiceLines.AsNoTracking().Where(line => ids.Contains(line.InvoiceId)).OrderBy(line => line.Position)
            .ToListAsync(cancellationToken)).ToLookup(line => line.InvoiceId);
        return invoices.ConvertAll(invoice => View(invoice, [.. lines[invoice.InvoiceId]]));
    }

    async Task<IReadOnlyList<LedgerTransactionView>> LedgerAsync(string accountId, CancellationToken cancellationToken)
    {
        var transactions = await db.LedgerTransactions.AsNoTracking().Where(transaction => transaction.AccountId == accountId)
            .OrderBy(transaction => transaction.At).ToListAsync(cancellationToken);
        var ids = transactions.ConvertAll(transaction => transaction.TransactionId);
        var entries = (await db.LedgerEntries.AsNoTracking().Where(entry => ids.Contains(entry.TransactionId)).OrderBy(entry => entry.Position)
            .ToListAsync(cancellationToken)).ToLookup(entry => entry.TransactionId);
        return transactions.ConvertAll(transaction => new LedgerTransactionView
        {
            TransactionId = transaction.TransactionId,
            Cause = transaction.Cause,
            At = transaction.At,
            Entries = [.. entries[transaction.TransactionId].Select(entry => new LedgerEntryView(entry.Account, entry.Amount, entry.Currency))]
        });
    }

    static CloseView View(int period, AccountClose close) => new()
    {
        Period = BillingPeriod.FromNumber(period).ToString(),
        Step = close.Step.ToString(),
        Outcome = close.Outcome?.ToString(),
        ReasonCode = close.ReasonCode,
        Reason = close.Reason,
        Chunk = close.Chunk,
        InvoiceId = close.InvoiceId,
        PendingAt = close.PendingAt,
        InvoicedAt = close.InvoicedAt,
        EmailedAt = close.EmailedAt,
        BookedAt = close.BookedAt,
        ClosedAt = close.ClosedAt
    };

    static InvoiceView View(Invoice invoice, IReadOnlyCollection<InvoiceLine> lines) => new()
    {
        InvoiceId = invoice.InvoiceId,
        Number = invoice.Number,
        Period = BillingPeriod.FromNumber(invoice.Period).ToString(),
        Status = invoice.Status.ToString(),
        Total = invoice.Total,
        Tax = invoice.Tax,
        CreditApplied = invoice.CreditApplied,
        AmountDue = invoice.AmountDue,
        AmountPaid = invoice.AmountPaid,
        AmountReduced = invoice.AmountReduced,
        Open = invoice.Owed,
        WrittenOff = invoice.WrittenOff,
        Recovered = invoice.Recovered,
        Version = invoice.Version,
        Replaces = invoice.Replaces,
        ReplacedBy = invoice.ReplacedBy,
        CarriedTo = invoice.CarriedTo,
        Currency = invoice.Currency,
        IssuedAt = invoice.IssuedAt,
        Taxes = [.. TaxTotal.Of(lines).Select(rate => new InvoiceTaxView(rate.Treatment.ToString(), rate.Rate, rate.Name, rate.Net, rate.Tax))],
        Lines = [.. lines.Select(View)]
    };

    static InvoiceLineView View(InvoiceLine line) => new()
    {
        Position = line.Position,
        Kind = line.Kind,
        Description = line.Description,
        Quantity = line.Quantity,
        UnitPrice = line.UnitPrice,
        FirstDay = line.FirstDay,
        LastDay = line.LastDay,
        Formula = line.Formula,
        Amount = line.Amount,
        TaxTreatment = line.TaxTreatment?.ToString(),
        TaxRate = line.TaxRate,
        TaxName = line.TaxName,
        Tax = line.Tax
    };

    static ChargeView View(Charge charge) => new()
    {
        ChargeId = charge.ChargeId,
        InvoiceId = charge.InvoiceId,
        Attempt = charge.Attempt,
        Amount = charge.Amount,
        Currency = charge.Currency,
        State = charge.State.ToString(),
        Code = charge.Code,
        Reduced = charge.Reduced,
        GatewayReference = charge.GatewayReference,
        CreatedAt = charge.CreatedAt,
        AnsweredAt = charge.AnsweredAt
    };

    static CreditNoteView View(CreditNote note) => new()
    {
        Number = note.Number,
        SenderId = note.SenderId,
        InvoiceId = note.InvoiceId,
        Amount = note.Amount,
        Tax = note.Tax,
        Reduced = note.Reduced,
        Refund = note.Refund,
        AccountCredit = note.AccountCredit,
        Outside = note.Outside,
        Currency = note.Currency,
        Reason = note.Reason,
        IssuedAt = note.IssuedAt
    };

    static RefundView View(Refund refund) => new()
    {
        RefundId = refund.RefundId,
        SenderId = refund.SenderId,
        ChargeId = refund.ChargeId,
        InvoiceId = refund.InvoiceId,
        Amount = refund.Amount,
        Currency = refund.Currency,
        State = refund.State.ToString(),
        Code = refund.Code,
        GatewayReference = refund.GatewayReference,
        CreatedAt = refund.CreatedAt,
        AnsweredAt = refund.AnsweredAt
    };
}
