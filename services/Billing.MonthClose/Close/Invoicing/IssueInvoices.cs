using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Brakes;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Previews;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Taxes;
using Billing.MonthClose.Gateway;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Close.Invoicing;

/// <summary>Tallies what the chunk's accounts used and issues their invoices: a few reads for all, a decision for each, a few writes for all.</summary>
sealed class IssueInvoicesConsumer(
    MonthCloseDbContext db, InvoiceReader reader, InvoiceDrafter drafter, InvoiceWriter writer, PreviewGuards previews, LedgerBook ledger, CreditUse credits,
    PriceBookCache prices, BrakeReader brakes, IBulkWriter bulk, AuditTrail audit, IOptions<GatewayOptions> gateway, TimeProvider clock)
    : IConsumer<IssueInvoices>
{
    public async Task Consume(ConsumeContext<IssueInvoices> context)
    {
        var (chunk, cancellationToken) = (context.Message, context.CancellationToken);
        var now = clock.GetUtcNow();
        var run = await db.Runs.AsNoTracking().SingleAsync(run => run.CorrelationId == chunk.RunId, cancellationToken);
        var period = BillingPeriod.FromNumber(run.Period);
        var book = await prices.OfRunAsync(db, run.PriceVersion, cancellationToken);

        var closes = await db.AccountCloses.Where(close => close.RunId == chunk.RunId && close.Chunk == chunk.Chunk && close.Step == CloseStep.Pending)
            .OrderBy(close => close.AccountId).AsNoTracking().ForUpdate().ToListAsync(cancellationToken);
        var ids = closes.ConvertAll(close => close.AccountId);

        // Accounts first, then balances: everyone locks in this order. From here on, usage that arrives waits for us and goes to the next period.
        var accounts = await db.Accounts.Where(account => ids.Contains(account.AccountId)).OrderBy(account => account.AccountId)
            .AsNoTracking().ForUpdate().ToDictionaryAsync(account => account.AccountId, cancellationToken);
        var balances = await ledger.LockAsync(ids, cancellationToken);

        var guard = await previews.GuardAsync(run, ids, cancellationToken);

        var issued = new List<(Invoice Invoice, InvoiceDraft Draft)>();
        await Bisection.WriteAsync(db, closes, async some =>
        {
            var inputs = await reader.ReadAsync([.. some.Select(close => accounts[close.AccountId])], period, cancellationToken);
            // one that was parked stays parked when the set is halved
            var pending = some.Where(close => close.Step == CloseStep.Pending).ToList();
            var drafted = await drafter.DraftAsync(pending.Select(close => accounts[close.AccountId]).Select(account => (account, (Func<InvoiceFacts>)(() =>
                inputs.FactsOf(account, period, book, balances[account.AccountId].Credit, gateway.Value.MinimumOf(account.Currency))))), cancellationToken);
            List<InvoiceDraft> drafts = [.. pending.Zip(drafted, (close, one) => DraftOrPark(close, inputs, guard, one)).OfType<InvoiceDraft>()];
            issued.AddRange(await writer.WriteAsync(run, period, drafts, now, cancellationToken));
        }, (close, refusal) => close.Park("InvoiceRefused", OutOfTime.Is(refusal)
            ? "Its invoice could not be computed in the time that a statement may take. How many usage records has it?"
            : $"The database refused its invoice: {refusal.GetBaseException().Message}"), cancellationToken);

        await brakes.CompareAsync(run, chunk.Chunk, period.Previous.Number, [.. issued.Select(pair => pair.Invoice)], cancellationToken);

        var parked = closes.FindAll(close => close.Step == CloseStep.Parked);
        if (parked.Count > 0)
            await bulk.UpdateAsync(db, parked, x => new { x.Step, x.ParkedAt, x.ReasonCode, x.Reason }, close => close.Step, CloseStep.Pending,
                cancellationToken);
        await previews.KeepAsync(guard, cancellationToken);
        await audit.WriteAsync(parked.ConvertAll(close => close.ToParkedEntry(audit)), cancellationToken);

        // Credit that an invoice brings pays what was open before it.
        var credited = issued.Where(pair => pair.Invoice.Total < 0).Select(pair => pair.Invoice.AccountId).ToList();
        await (await credits.SpreadAsync(credited, now, cancellationToken)).TellAsync(context, cancellationToken);

        await context.PublishBatch(issued.Select(pair => pair.Invoice.ToIssued(period)), cancellationToken);
        await context.PublishBatch(issued.Where(pair => pair.Draft.SkipReason is not null).Select(pair => new ChargeSkipped
        {
            InvoiceId = pair.Invoice.InvoiceId,
            AccountId = pair.Invoice.AccountId,
            Period = run.PeriodText,
            Reason = pair.Draft.SkipReason!
        }), cancellationToken);
        await context.PublishBatch(parked.Select(close => close.ToAccountParked(run.PeriodText)), cancellationToken);
        await context.Publish(new InvoicesIssued(chunk.ChunkId, await ExpectedAsync(chunk, now, cancellationToken)), cancellationToken);
    }

    /// <returns>Null when no invoice may be issued; the close is parked with the reason, and every other goes on.</returns>
    static InvoiceDraft? DraftOrPark(AccountClose close, InvoiceInputs inputs, PreviewGuard guard, Drafted drafted)
    {
        // a tax that was not told is no other invoice: when it is told, the preview still holds
        if (drafted.Cannot is { ReasonCode: TaxProblem.CallFailed } untold)
            close.Park(untold.ReasonCode, untold.Message);
        else if (guard.WhyNot(drafted) is { } changed)
            close.Park(PreviewGuard.ReasonCode, changed);
        else if (drafted.Cannot is { } cannot)
        {
            close.Park(cannot.ReasonCode, cannot.Message);
            guard.Release(drafted);
        }
        else
            return new InvoiceDraft(close, drafted.Account, drafted.Decision!, inputs.CarriedOf(close.AccountId));
        return null;
    }

    /// <summary>What this step believes is due, for the charge to check; accounts that came back from being parked included.</summary>
    async Task<ExpectedCharge[]> ExpectedAsync(IssueInvoices chunk, DateTimeOffset asOf, CancellationToken cancellationToken) =>
        await (from close in db.AccountCloses
               join invoice in db.Invoices on close.InvoiceId equals invoice.InvoiceId
               where close.RunId == chunk.RunId && close.Chunk == chunk.Chunk && close.Step == CloseStep.Invoiced
               orderby close.AccountId
               select new ExpectedCharge(invoice.InvoiceId, invoice.AccountId, invoice.AmountDue - invoice.AmountPaid - invoice.AmountReduced, invoice.Currency,
                   invoice.Version, asOf))
            .ToArrayAsync(cancellationToken);
}

/// <summary>An account, what was decided for it, and the earlier invoices that its own takes over.</summary>
sealed record InvoiceDraft(AccountClose Close, Account Account, InvoiceDecision Decision, IReadOnlyList<Invoice> Carried)
{
    /// <summary>The voided invoice in whose place this one is to stand.</summary>
    public Guid? Replaces { get; init; }

    public string? SkipReason => Decision.Outcome switch
    {
        CloseOutcome.CarriedForward => "BelowMinimum",
        CloseOutcome.ZeroTotal or CloseOutcome.Credited => "ZeroTotal",
        CloseOutcome.CoveredByCredit => "CoveredByCredit",
        _ => null
    };
}
