using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Texts;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Papers;
using Billing.MonthClose.Books.Pricing;
using Billing.Persistence;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Close.Invoicing;

/// <summary>Puts decided invoices into the books: invoices, lines, ledger and how far each account is, as sets.</summary>
sealed class InvoiceWriter(MonthCloseDbContext db, IBulkWriter bulk, ISequences sequences, LedgerBook ledger, AuditTrail audit,
    SellerBook sellers, IOptions<DunningOptions> dunning)
{
    public async Task<IReadOnlyList<(Invoice Invoice, InvoiceDraft Draft)>> WriteAsync(
        RunState run, BillingPeriod period, IReadOnlyList<InvoiceDraft> drafts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var issued = await WriteBooksAsync(run, period, drafts, now, cancellationToken);
        await AdvanceAsync(drafts, issued, now, cancellationToken);
        return issued;
    }

    /// <summary>All but how far each account's close is: an invoice that takes another's place moves no close.</summary>
    public async Task<IReadOnlyList<(Invoice Invoice, InvoiceDraft Draft)>> WriteBooksAsync(
        RunState run, BillingPeriod period, IReadOnlyList<InvoiceDraft> drafts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var billed = drafts.Where(draft => draft.Decision.IsIssued).ToList();
        // Numbers come from a sequence, so no chunk waits for another; one that is rolled back leaves a gap.
        var numbers = billed.Count == 0 ? [] : await sequences.TakeAsync(db, MonthCloseDbContext.InvoiceNumbers, billed.Count, cancellationToken);
        var seller = billed.Count == 0 ? null : await sellers.KeepAsync(cancellationToken);
        var issued = billed.Zip(numbers, (draft, number) => (Invoice: ToInvoice(run, period, draft, number, seller, now), Draft: draft)).ToList();

        if (issued.Count > 0)
        {
            await bulk.InsertAsync(db, issued.ConvertAll(pair => pair.Invoice), cancellationToken);
            await bulk.InsertAsync(db, issued.SelectMany(pair => ToLines(pair.Invoice.InvoiceId, pair.Draft)).ToList(), cancellationToken);
            await ledger.AppendAsync(issued.ConvertAll(pair => Posting.Of(pair.Invoice, now)), cancellationToken);
        }

        var trail = issued.ConvertAll(pair => InvoiceAudit.Issued(audit, pair.Invoice));
        var takenOver = issued.SelectMany(pair => pair.Draft.Carried, (pair, earlier) =>
        {
            earlier.CarriedTo = pair.Invoice.InvoiceId;
            return earlier;
        }).ToList();
        if (takenOver.Count > 0)
        {
            await bulk.UpdateAsync(db, takenOver, x => new { x.CarriedTo }, cancellationToken);
            trail.AddRange(takenOver.Select(earlier => audit.Entry(earlier.AccountId, AuditSubject.Invoice, earlier.InvoiceId, "carried",
                after: new { earlier.CarriedTo })));
        }

        await audit.WriteAsync(trail, cancellationToken);
        await bulk.UpdateAsync(db, drafts.Select(draft => Advanced(draft, period)).ToList(), x => new { x.InvoicedThrough, x.FeeThrough }, cancellationToken);
        return issued;
    }

    /// <summary>How far the account is billed now. From where an invoice that is put off will bill is remembered too.</summary>
    static Account Advanced(InvoiceDraft draft, BillingPeriod period)
    {
        var (account, decision) = (draft.Account, draft.Decision);
        return account with
        {
            InvoicedThrough = decision.EndsPeriod ? Math.Max(account.InvoicedThrough, period.Number) : account.InvoicedThrough,
            FeeThrough = account.FeeThrough > decision.FeeThrough ? account.FeeThrough : decision.FeeThrough
        };
    }

    async Task AdvanceAsync(
        IReadOnlyList<InvoiceDraft> drafts, IReadOnlyList<(Invoice Invoice, InvoiceDraft Draft)> issued, DateTimeOffset now,
            CancellationToken cancellationToken)
    {
        var invoices = issued.ToDictionary(pair => pair.Draft, pair => pair.Invoice.InvoiceId);
        // Fresh rows, not the caller's: when the database refuses this set, the caller's still say where the accounts really are.
        var closes = drafts.Select(draft => new AccountClose
        {
            RunId = draft.Close.RunId,
            AccountId = draft.Close.AccountId,
            Chunk = draft.Close.Chunk,
            PendingAt = draft.Close.PendingAt,
            Step = draft.Decision.Outcome is null ? CloseStep.Invoiced : CloseStep.Booked,
            Outcome = draft.Decision.Outcome,
            InvoiceId = invoices.TryGetValue(draft, out var invoiceId) ? invoiceId : null,
            InvoicedAt = draft.Decision.EndsPeriod ? now : null,
            BookedAt = draft.Decision.Outcome is null ? null : now
        }).ToList();
        var moved = await bulk.UpdateAsync(db, closes, x => new { x.Step, x.Outcome, x.InvoiceId, x.InvoicedAt, x.BookedAt },
            close => close.Step, CloseStep.Pending, cancellationToken);
        if (moved != closes.Count)
            throw new InvalidOperationException($"{closes.Count} accounts were to move from Pending, but only {moved} stood there.");
    }

    Invoice ToInvoice(RunState run, BillingPeriod period, InvoiceDraft draft, long number, Guid? seller, DateTimeOffset now) => new()
    {
        InvoiceId = Invoice.IdOf(run.CorrelationId, period.Number, draft.Account.AccountId, draft.Replaces),
        Number = $"INV-{number:000000000}",
        AccountId = draft.Account.AccountId,
        Period = period.Number,
        RunId = run.CorrelationId,
        Currency = draft.Account.Currency,
        FirstDay = period.FirstDay,
        LastDay = period.LastDay,
        Total = draft.Decision.Total,
        Tax = draft.Decision.Tax,
        Carried = draft.Decision.Carried,
        CreditApplied = draft.Decision.CreditApplied,
        AmountDue = draft.Decision.AmountDue,
        AmountPaid = 0,
        Status = draft.Decision.Status,
        Replaces = draft.Replaces,
        IssuedAt = now,
        DueOn = PaymentTerms.DueOn(draft.Account, dunning.Value.PolicyOf(draft.Account.Tier), now),
        PaidAt = draft.Decision.Status == InvoiceStatus.Paid ? now : null,
        SellerId = seller,
        BilledTo = draft.Account.Name,
        TimeZone = draft.Account.TimeZone,
        PaidBy = draft.Decision.AmountDue == 0 ? PaymentWay.Nothing
            : draft.Decision.Status == InvoiceStatus.CarriedForward ? PaymentWay.LaterInvoice
            : draft.Account.Has(ControlTags.ManualPay) ? PaymentWay.Transfer
            : PaymentWay.Charge
    };

    static IEnumerable<InvoiceLine> ToLines(Guid invoiceId, InvoiceDraft draft) => draft.Decision.Lines.Select((line, index) => new InvoiceLine
    {
        InvoiceId = invoiceId,
        Position = index + 1,
        Kind = line.Kind,
        Source = line.Source,
        ServicePeriod = line.ServicePeriod,
        Description = line.Description,
        PriceCode = line.Price?.PriceCode,
        PriceVersion = line.Price?.Version,
        Quantity = line.Quantity,
        UnitPrice = line.UnitPrice,
        FirstDay = line.Days.FirstDay,
        LastDay = line.Days.LastDay,
        Formula = line.Formula.ShortenedTo(1000),
        Amount = line.Amount,
        TaxTreatment = line.Tax?.Treatment,
        TaxRate = line.Tax?.Rate,
        TaxName = line.Tax?.Name,
        Tax = line.Tax?.Tax ?? 0
    });
}

static class InvoiceEvents
{
    public static InvoiceIssued ToIssued(this Invoice invoice, BillingPeriod period) => new()
    {
        InvoiceId = invoice.InvoiceId,
        Number = invoice.Number,
        AccountId = invoice.AccountId,
        Period = period.ToString(),
        FirstDay = invoice.FirstDay,
        LastDay = invoice.LastDay,
        DueOn = invoice.DueOn,
        Total = invoice.Total,
        Tax = invoice.Tax,
        AmountDue = invoice.AmountDue,
        Currency = invoice.Currency
    };
}
