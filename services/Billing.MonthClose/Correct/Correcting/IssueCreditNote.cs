using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Close.Invoicing;
using Billing.MonthClose.Correct.Corrections;
using Billing.MonthClose.Correct.Refunding;
using Billing.MonthClose.Gateway.Stripe;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Correct.Correcting;

/// <summary>Corrects an issued invoice: off what is open first, and the excess where the sender says.</summary>
sealed class IssueCreditNoteConsumer(
    MonthCloseDbContext db, CorrectionStore corrections, RefundWriter refunds, LedgerBook ledger, CreditUse credits, IBulkWriter bulk, ISequences sequences,
    AuditTrail audit, TimeProvider clock)
    : IConsumer<IssueCreditNote>
{
    public async Task Consume(ConsumeContext<IssueCreditNote> context)
    {
        var (asked, cancellationToken, now) = (context.Message, context.CancellationToken, clock.GetUtcNow());
        if (await corrections.OpenAsync(nameof(IssueCreditNote), asked.CreditNoteId, asked.InvoiceNumber, asked.Amount,
            new Belief(asked.Currency, asked.InvoiceVersion, asked.AsOf, now).Check, cancellationToken)
            is not { } opened)
            return;

        var invoice = opened.Invoice;
        var before = await ReadLinesAsync(invoice.InvoiceId, cancellationToken);
        var issue = await DecideAsync(asked, opened, before, cancellationToken);
        var taxes = TaxesOf(issue, before, invoice.Currency);
        var note = new CreditNote
        {
            CreditNoteId = Correction.IdOf(nameof(IssueCreditNote), asked.CreditNoteId),
            SenderId = asked.CreditNoteId,
            Number = $"CRN-{(await sequences.TakeAsync(db, MonthCloseDbContext.CreditNoteNumbers, 1, cancellationToken))[0]:000000000}",
            InvoiceId = invoice.InvoiceId,
            AccountId = invoice.AccountId,
            Currency = invoice.Currency,
            Amount = asked.Amount,
            Tax = taxes.Values.Sum(),
            Reduced = issue.Reduced,
            Refund = issue.Refund,
            AccountCredit = issue.AccountCredit,
            Outside = issue.Outside,
            Reason = asked.Reason,
            IssuedAt = now
        };
        var corrected = invoice.Reduce(issue.Reduced, now);

        await corrections.MarkAsync(Correction.Of(nameof(IssueCreditNote), asked.CreditNoteId, invoice.AccountId, invoice.InvoiceId, asked.Amount, now),
            cancellationToken);
        await bulk.InsertAsync(db, [note], cancellationToken);
        await bulk.InsertAsync(db, LinesOf(note, issue, taxes), cancellationToken);
        await corrections.WriteAsync(invoice, corrected, cancellationToken);
        await ledger.AppendAsync([Posting.Of(note, now)], cancellationToken);
        await audit.WriteAsync(audit.Entry(invoice.AccountId, AuditSubject.CreditNote, note.Number, "issued", asked.Reason,
            new { invoice.Status, Open = invoice.Owed, invoice.Version },
            new
            {
                corrected.Status,
                Open = corrected.Owed,
                corrected.Version,
                Invoice = invoice.Number,
                note.Amount,
                note.Tax,
                note.Reduced,
                note.Refund,
                note.AccountCredit,
                note.Outside
            }, asked.RequestedBy), cancellationToken);
        if (issue.Refund > 0)
            await refunds.WriteAsync(opened.Succeeded!, $"credit-note:{asked.CreditNoteId}", note.CreditNoteId, issue.Refund, asked.Reason, asked.RequestedBy,
                now, cancellationToken);

        if (invoice.Owed > 0 && corrected.Owed == 0)
            await context.Publish(new CollectionEnded(invoice.InvoiceId, invoice.AccountId, $"corrected by {note.Number}", LiftHold: true), cancellationToken);
        if (issue.AccountCredit > 0)
            await (await credits.SpreadAsync([note.AccountId], now, cancellationToken)).TellAsync(context, cancellationToken);
        await context.Publish(ToIssued(note, invoice), cancellationToken);
        await context.Publish(new TellOfCreditNote(note.CreditNoteId), cancellationToken);
    }

    /// <summary>By the lines' places.</summary>
    static Dictionary<int, decimal> TaxesOf(CreditNoteDecision.Issue issue, List<CreditedSoFar> before, string currency) =>
        issue.Lines.ToDictionary(line => line.Position, line => before.Find(one => one.Position == line.Position).TaxOf(line.Amount, currency));

    static List<CreditNoteLine> LinesOf(CreditNote note, CreditNoteDecision.Issue issue, Dictionary<int, decimal> taxes) =>
        [.. issue.Lines.Select(line => new CreditNoteLine
        {
            CreditNoteId = note.CreditNoteId,
            InvoiceId = note.InvoiceId,
            Position = line.Position,
            Amount = line.Amount,
            Tax = taxes[line.Position]
        })];

    async Task<List<CreditedSoFar>> ReadLinesAsync(Guid invoiceId, CancellationToken cancellationToken)
    {
        var taken = await db.CreditNoteLines.Where(line => line.InvoiceId == invoiceId)
            .GroupBy(line => line.Position).Select(line => new { line.Key, Amount = line.Sum(part => part.Amount), Tax = line.Sum(part => part.Tax) })
            .ToDictionaryAsync(line => line.Key, cancellationToken);
        var lines = await db.InvoiceLines.AsNoTracking().Where(line => line.InvoiceId == invoiceId).OrderBy(line => line.Position)
            .ToListAsync(cancellationToken);
        return lines.ConvertAll(line =>
        {
            var back = taken.GetValueOrDefault(line.Position);
            return new CreditedSoFar(line.Position, line.Gross, line.Tax, back?.Amount ?? 0, back?.Tax ?? 0);
        });
    }

    async Task<CreditNoteDecision.Issue> DecideAsync(IssueCreditNote asked, OpenedInvoice opened, List<CreditedSoFar> lines,
        CancellationToken cancellationToken)
    {
        var chargeId = opened.Succeeded?.ChargeId;
        return CreditNoteDecision.Decide(new CreditNoteFacts
        {
            Invoice = opened.Invoice,
            Amount = asked.Amount,
            Left = lines.ConvertAll(line => line.Left),
            Lines = asked.Lines?.Select(line => new LinePart(line.Position, line.Amount)).ToList(),
            Refund = asked.Refund,
            AccountCredit = asked.AccountCredit,
            Outside = asked.Outside,
            Refundable = opened.Succeeded?.Refundable ?? 0,
            GatewayStep = StripeAmount.StepOf(opened.Invoice.Currency),
            RefundUnderWay = chargeId is not null && await db.Refunds.AnyAsync(refund => refund.ChargeId == chargeId
                && (refund.State == RefundState.Pending || refund.State == RefundState.Unknown), cancellationToken)
        }) switch
        {
            CreditNoteDecision.Issue issue => issue,
            CreditNoteDecision.Refuse refuse => throw refuse.Refusal.Of(nameof(IssueCreditNote)),
            var other => throw new InvalidOperationException($"No road from {other}.")
        };
    }

    static CreditNoteIssued ToIssued(CreditNote note, Invoice invoice) => new()
    {
        CreditNoteId = note.SenderId,
        Number = note.Number,
        InvoiceId = note.InvoiceId,
        InvoiceNumber = invoice.Number,
        AccountId = note.AccountId,
        Amount = note.Amount,
        Tax = note.Tax,
        Currency = note.Currency,
        Reduced = note.Reduced,
        Refund = note.Refund,
        AccountCredit = note.AccountCredit,
        Outside = note.Outside
    };
}

sealed class IssueCreditNoteValidator : AbstractValidator<IssueCreditNote>
{
    public IssueCreditNoteValidator()
    {
        RuleFor(x => x.CreditNoteId).IsId(128);
        RuleFor(x => x.InvoiceNumber).IsId(32);
        RuleFor(x => x.InvoiceVersion).GreaterThan(0).Expected("the version that the invoice had when it was read, from 1");
        RuleFor(x => x.Currency).IsCurrency();
        RuleFor(x => x.Amount).IsMoney(x => x.Currency);
        RuleFor(x => x.Reason).IsId(400);
        RuleFor(x => x.RequestedBy).IsText(200);
        RuleFor(x => x.Lines).Must(lines => lines is null or { Length: > 0 and <= 1000 } && (lines is null || lines.All(line => line is not null)))
            .Expected("1 to 1,000 lines, or none named for all");
        RuleFor(x => x.Refund).Must(IsPart).Expected("zero or more, with no more decimals than the currency has");
        RuleFor(x => x.AccountCredit).Must(IsPart).Expected("zero or more, with no more decimals than the currency has");
        RuleFor(x => x.Outside).Must(IsPart).Expected("zero or more, with no more decimals than the currency has");
    }

    static bool IsPart(IssueCreditNote note, decimal? part) =>
        part is null || (part >= 0 && part < 1_000_000_000_000m && (!Currencies.IsKnown(note.Currency) || Currencies.IsWhole(part.Value, note.Currency)));
}
