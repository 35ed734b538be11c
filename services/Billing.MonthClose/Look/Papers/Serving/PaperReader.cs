using System.Globalization;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Papers;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Taxes;
using Billing.MonthClose.Correct.Corrections;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Papers.Serving;

/// <summary>What a paper is of, and whether it still holds.</summary>
/// <param name="Kind">Invoice or credit note.</param>
/// <param name="Id">Of the invoice or the credit note.</param>
/// <param name="Number">Its number.</param>
/// <param name="IsVoid">True of an invoice that was voided.</param>
/// <param name="ReplacedBy">The invoice in its place.</param>
/// <param name="ReplacedByNumber">Number of that invoice.</param>
sealed record PaperOf(PaperKind Kind, Guid Id, string Number, bool IsVoid = false, Guid? ReplacedBy = null, string? ReplacedByNumber = null);

/// <summary>Reads papers from the finalized rows.</summary>
sealed class PaperReader(MonthCloseDbContext db)
{
    /// <summary>By an id, or by the number that stands on it.</summary>
    public async Task<PaperOf?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var key = Guid.TryParse(id, out var parsed) ? parsed : (Guid?)null;
        return await InvoicesAsync(db.Invoices.Where(invoice => key == null ? invoice.Number == id : invoice.InvoiceId == key), cancellationToken)
            ?? await NotesAsync(db.CreditNotes.Where(note => key == null ? note.Number == id : note.CreditNoteId == key), cancellationToken);
    }

    public Task<PaperOf?> FindAsync(PaperKind kind, Guid id, CancellationToken cancellationToken) => kind == PaperKind.CreditNote
        ? NotesAsync(db.CreditNotes.Where(note => note.CreditNoteId == id), cancellationToken)
        : InvoicesAsync(db.Invoices.Where(invoice => invoice.InvoiceId == id), cancellationToken);

    Task<PaperOf?> InvoicesAsync(IQueryable<Invoice> invoices, CancellationToken cancellationToken) => invoices
        .Select(invoice => new PaperOf(PaperKind.Invoice, invoice.InvoiceId, invoice.Number, invoice.Status == InvoiceStatus.Voided, invoice.ReplacedBy,
            db.Invoices.Where(other => other.InvoiceId == invoice.ReplacedBy).Select(other => other.Number).FirstOrDefault()))
        .SingleOrDefaultAsync(cancellationToken);

    static Task<PaperOf?> NotesAsync(IQueryable<CreditNote> notes, CancellationToken cancellationToken) =>
        notes.Select(note => new PaperOf(PaperKind.CreditNote, note.CreditNoteId, note.Number, false, null, null)).SingleOrDefaultAsync(cancellationToken);

    /// <summary>All that the paper shows.</summary>
    public Task<Paper> ReadAsync(PaperOf paper, CancellationToken cancellationToken) => paper.Kind == PaperKind.CreditNote
        ? CreditNoteAsync(paper.Id, cancellationToken) : InvoiceAsync(paper.Id, cancellationToken);

    async Task<Paper> InvoiceAsync(Guid id, CancellationToken cancellationToken)
    {
        var invoice = await db.Invoices.AsNoTracking().SingleAsync(invoice => invoice.InvoiceId == id, cancellationToken);
        var lines = await db.InvoiceLines.AsNoTracking().Where(line => line.InvoiceId == id).OrderBy(line => line.Position).ToListAsync(cancellationToken);
        var zone = invoice.TimeZone ?? "UTC";
        return new Paper
        {
            Kind = PaperKind.Invoice,
            Id = id,
            Number = invoice.Number,
            IssuedAt = invoice.IssuedAt,
            IssuedOn = Zones.DayOf(invoice.IssuedAt, zone),
            TimeZone = zone,
            Seller = await SellerAsync(invoice, cancellationToken),
            AccountId = invoice.AccountId,
            BilledTo = invoice.BilledTo,
            FirstDay = invoice.FirstDay,
            LastDay = invoice.LastDay,
            DueOn = invoice.DueOn,
            Currency = invoice.Currency,
            Lines = lines.ConvertAll(ToLine),
            Taxes = [.. TaxTotal.Of(lines).Select(tax => new PaperTax(tax.Name, tax.Net, tax.Tax, tax.Treatment == TaxTreatment.Included))],
            Total = invoice.Total,
            CreditUsed = invoice.CreditApplied,
            AmountDue = invoice.AmountDue,
            PaidBy = invoice.PaidBy ?? PaymentWay.Nothing,
            Replaces = invoice.Replaces is { } voided
                ? await db.Invoices.Where(other => other.InvoiceId == voided).Select(other => other.Number).SingleAsync(cancellationToken) : null
        };
    }

    async Task<Paper> CreditNoteAsync(Guid id, CancellationToken cancellationToken)
    {
        var note = await db.CreditNotes.AsNoTracking().SingleAsync(note => note.CreditNoteId == id, cancellationToken);
        var invoice = await InvoiceAsync(note.InvoiceId, cancellationToken);
        var lines = await (
            from line in db.CreditNoteLines.AsNoTracking()
            join corrected in db.InvoiceLines.AsNoTracking() on new { line.InvoiceId, line.Position } equals new { corrected.InvoiceId, corrected.Position }
            where line.CreditNoteId == id
            orderby line.Position
            select new { line, corrected }).ToListAsync(cancellationToken);
        // Seller and customer are the invoice's: that is what is corrected.
        return invoice with
        {
            Kind = PaperKind.CreditNote,
            Id = id,
            Number = note.Number,
            IssuedAt = note.IssuedAt,
            IssuedOn = Zones.DayOf(note.IssuedAt, invoice.TimeZone),
            DueOn = null,
            Lines = lines.ConvertAll(one => new PaperLine
            {
                Description = one.corrected.Description,
                FirstDay = one.corrected.FirstDay,
                LastDay = one.corrected.LastDay,
                Amount = one.line.Amount,
                TaxRate = RateOf(one.corrected)
            }),
            // what a credit note takes back of a line holds its tax
            Taxes = [.. lines.Where(one => one.corrected.TaxTreatment is not null).GroupBy(one => one.corrected.TaxName ?? "").Select(rate =>
                new PaperTax(rate.Key, rate.Sum(one => one.line.Amount - one.line.Tax), rate.Sum(one => one.line.Tax), IsIncluded: true))],
            Total = note.Amount,
            CreditUsed = 0,
            AmountDue = 0,
            PaidBy = PaymentWay.Nothing,
            Replaces = null,
            Correction = new PaperCorrection(invoice.Number, note.Reason, note.Reduced, note.Refund, note.AccountCredit, note.Outside)
        };
    }

    async Task<Seller?> SellerAsync(Invoice invoice, CancellationToken cancellationToken) => invoice.SellerId is { } seller
        ? await db.Sellers.AsNoTracking().SingleAsync(one => one.SellerId == seller, cancellationToken) : null;

    /// <summary>The price of several tiers together has as many decimals as were kept, and nobody has set it: the formula has the true ones.</summary>
    static bool IsAverage(decimal price) => decimal.Round(price, 12) != price;

    static PaperLine ToLine(InvoiceLine line)
    {
        var counts = line.Source is not (LineSource.CarriedForward or LineSource.Rounding);
        // What quantity and price say already is not said again.
        var said = string.Create(CultureInfo.InvariantCulture, $"{Rating.Plain(line.Quantity)} × {Rating.Plain(line.UnitPrice)}");
        return new PaperLine
        {
            Description = line.Description,
            Formula = line.Formula == said ? null : line.Formula,
            FirstDay = line.FirstDay,
            LastDay = line.LastDay,
            Quantity = counts ? line.Quantity : null,
            UnitPrice = counts && line.UnitPrice != 0 && (line.Formula == said || !IsAverage(line.UnitPrice)) ? line.UnitPrice : null,
            Amount = line.Amount,
            TaxRate = RateOf(line)
        };
    }

    static decimal? RateOf(InvoiceLine line) => line.TaxTreatment is null ? null : (line.TaxRate ?? 0) * 100;
}
