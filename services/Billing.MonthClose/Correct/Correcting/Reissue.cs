using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Close.Invoicing;
using Billing.MonthClose.Correct.Corrections;
using Billing.MonthClose.Gateway;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Correct.Correcting;

/// <summary>Computes a month again on the way of every invoice: the same facts, read anew, the same decision, the same writer.</summary>
sealed class Reissue(
    MonthCloseDbContext db, CorrectionStore corrections, AnewReader reader, InvoiceDrafter drafter, InvoiceWriter writer, PriceBookCache prices,
    AuditTrail audit, IOptions<GatewayOptions> gateway, TimeProvider clock)
{
    /// <param name="context">Of the command; the locks of the account are held.</param>
    /// <param name="voided">As it is in the books now.</param>
    public async Task IssueAsync(ConsumeContext context, Invoice voided, bool pricesOfToday, string reason, string? requestedBy)
    {
        var (cancellationToken, now) = (context.CancellationToken, clock.GetUtcNow());
        var period = BillingPeriod.FromNumber(voided.Period);
        var run = await db.Runs.AsNoTracking().SingleAsync(run => run.CorrelationId == voided.RunId, cancellationToken);
        var close = await db.AccountCloses.AsNoTracking().SingleAsync(close => close.RunId == voided.RunId && close.AccountId == voided.AccountId,
            cancellationToken);
        var account = await db.Accounts.AsNoTracking().SingleAsync(account => account.AccountId == voided.AccountId, cancellationToken);
        var balance = await db.Balances.AsNoTracking().SingleAsync(balance => balance.AccountId == voided.AccountId, cancellationToken);
        var book = await prices.OfRunAsync(db, pricesOfToday ? await db.Prices.MaxAsync(price => (long?)price.Version, cancellationToken) ?? 0
            : run.PriceVersion, cancellationToken);
        var anew = (await reader.ReadAsync([voided], book, _ => balance.Credit, gateway.Value.MinimumOf, cancellationToken)).Single();
        var decision = await DecideOrRefuseAsync(voided, anew.Account, anew.FactsOf, cancellationToken);

        var draft = new InvoiceDraft(close, account, decision, anew.Inputs.CarriedOf(account.AccountId)) { Replaces = voided.InvoiceId };
        var (issued, _) = (await writer.WriteBooksAsync(run, period, [draft], now, cancellationToken)).SingleOrDefault();
        if (issued is not null)
        {
            await corrections.WriteAsync(voided, voided with { ReplacedBy = issued.InvoiceId, Version = voided.Version + 1 }, cancellationToken);
            await db.AccountCloses.Where(one => one.RunId == close.RunId && one.AccountId == close.AccountId)
                .ExecuteUpdateAsync(set => set.SetProperty(one => one.InvoiceId, issued.InvoiceId), cancellationToken);
        }

        await corrections.SayOutcomeAsync(voided,
            decision.Outcome ?? (account.Has(ControlTags.ManualPay) ? CloseOutcome.ManualPayment : CloseOutcome.InCollection), cancellationToken);
        await audit.WriteAsync(audit.Entry(account.AccountId, AuditSubject.Invoice, voided.InvoiceId, "issued anew", reason,
            new { voided.Number, voided.Total },
            new { issued?.Number, issued?.Total, PricesOfToday = pricesOfToday }, requestedBy), cancellationToken);

        if (issued is not null)
        {
            await context.Publish(issued.ToIssued(period), cancellationToken);
            await context.Publish(new TellCustomer(issued.InvoiceId, "invoice", 0), cancellationToken);
        }

        await context.Publish(new InvoiceReissued
        {
            Replaces = voided.InvoiceId,
            AccountId = account.AccountId,
            Period = period.ToString(),
            InvoiceId = issued?.InvoiceId,
            InvoiceNumber = issued?.Number
        }, cancellationToken);
        if (issued is { Status: InvoiceStatus.Open })
            await context.Publish(new RetryCharge(issued.InvoiceId), cancellationToken);
    }

    async Task<InvoiceDecision> DecideOrRefuseAsync(Invoice voided, Account account, Func<InvoiceFacts> factsOf, CancellationToken cancellationToken) =>
        await drafter.DraftAsync([(account, factsOf)], cancellationToken) switch
        {
            [{ Cannot: { } cannot }] =>
                throw new Refusal("InvoiceNumber", voided.Number, $"an invoice that can be computed: {cannot.Message}").Of(nameof(ReissueInvoice)),
            var drafted => drafted[0].Decision!
        };
}
