using System.Globalization;
using Billing.Contracts.Notification.V1;
using Billing.Hosting.Restoring;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Letters;
using Billing.MonthClose.Books.Papers;
using Billing.MonthClose.Close.Charging;
using Billing.Persistence;
using Billing.Sealing;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Collect.Mailing;

/// <summary>Writes letters about invoices. One for each (invoice, template, attempt): the notification's id follows from them.</summary>
sealed class Letters(
    MonthCloseDbContext db, IBulkWriter bulk, Sealer sealer, PaperLinks papers, Restorations<MonthCloseDbContext> restorations, TimeProvider clock)
{
    public async Task SendAsync(ConsumeContext context, string template, IQueryable<Guid> invoiceIds, int attempt = 0, bool withLines = false,
        DateTimeOffset? nextTry = null)
    {
        var rows = await (
            from invoice in db.Invoices.AsNoTracking()
            join account in db.Accounts.AsNoTracking() on invoice.AccountId equals account.AccountId
            where account.Email != null && invoiceIds.Contains(invoice.InvoiceId)
                && (template != Letter.Receipt || invoice.AmountPaid > 0)       // no receipt without money
            orderby invoice.InvoiceId
            select new
            {
                Invoice = invoice,
                Account = account,
                Email = account.Email!,
                PayBy = db.DunningPlans.Where(plan => plan.InvoiceId == invoice.InvoiceId).Select(plan => plan.PayBy).FirstOrDefault()
            }).ToListAsync(context.CancellationToken);
        if (rows.Count == 0)
            return;

        var now = clock.GetUtcNow();
        await bulk.InsertNewAsync(db, rows.ConvertAll(row => new Letter
        {
            LetterId = Letter.IdOf(row.Invoice.InvoiceId, template, attempt),
            InvoiceId = row.Invoice.InvoiceId,
            AccountId = row.Invoice.AccountId,
            Template = template,
            Attempt = attempt,
            AskedAt = now,
            NextTry = nextTry
        }), context.CancellationToken);
        var mayHaveLeft = await MayHaveLeftAsync(template, rows.ConvertAll(row => row.Invoice), now, context.CancellationToken);
        var lines = withLines ? await LinesAsync(rows.ConvertAll(row => row.Invoice.InvoiceId), context.CancellationToken) : null;
        await context.Publish(new SendEmails
        {
            Emails = [.. rows.Select(row => sealer.Seal(new SendEmail
            {
                NotificationId = Letter.IdOf(row.Invoice.InvoiceId, template, attempt),
                WorkspaceId = row.Invoice.AccountId,
                To = row.Email,
                Template = template,
                MayHaveLeft = mayHaveLeft.Contains(row.Invoice.InvoiceId) ? true : null,
                Values = Values(row.Invoice, row.Account, row.PayBy ?? row.Invoice.DueOn, lines?[row.Invoice.InvoiceId],
                    nextTry is { } next ? Zones.DayOf(next, row.Account.TimeZone) : null, papers.AddressOf(PaperKind.Invoice, row.Invoice.InvoiceId))
            }))]
        }, context.CancellationToken);
    }

    /// <summary>One letter about what happened to an invoice; its id follows from the cause, such as the credit note.</summary>
    public async Task SendOneAsync(
        ConsumeContext context, string template, Guid invoiceId, Guid cause, decimal amount, params (string Field, string Value)[] more)
    {
        var row = await (
            from invoice in db.Invoices.AsNoTracking()
            join account in db.Accounts.AsNoTracking() on invoice.AccountId equals account.AccountId
            where account.Email != null && invoice.InvoiceId == invoiceId
            select new { Invoice = invoice, Account = account, Email = account.Email! }).SingleOrDefaultAsync(context.CancellationToken);
        if (row is null)
            return;
        var letter = new Letter
        {
            LetterId = Letter.IdOf(cause, template, 0),
            InvoiceId = invoiceId,
            AccountId = row.Invoice.AccountId,
            Template = template,
            Attempt = 0,
            Cause = cause,
            AskedAt = clock.GetUtcNow()
        };
        await bulk.InsertNewAsync(db, [letter], context.CancellationToken);
        var mayHaveLeft = await MayHaveLeftAsync(template, [row.Invoice], letter.AskedAt, context.CancellationToken);
        var values = Values(row.Invoice, row.Account, row.Invoice.DueOn, null, null,
            template == Letter.CreditNote ? papers.AddressOf(PaperKind.CreditNote, cause) : papers.AddressOf(PaperKind.Invoice, invoiceId));
        values["amount"] = Amount(amount, row.Invoice.Currency);
        foreach (var (field, value) in more)
            values[field] = value;
        await context.Publish(new SendEmails
        {
            Emails = [sealer.Seal(new SendEmail { NotificationId = letter.LetterId, WorkspaceId = row.Invoice.AccountId, To = row.Email, Template = template,
                Values = values, MayHaveLeft = mayHaveLeft.Count > 0 ? true : null })]
        }, context.CancellationToken);
    }

    /// <summary>After a release, what fell due while the books were away is made up for; a reminder of a later day was never sent.</summary>
    static readonly TimeSpan MadeUpFor = TimeSpan.FromHours(1);

    /// <summary>
    /// The invoices of which this letter may have left before the books were brought back: the month was over by then, and the letter is about something that
    /// may have happened already. Empty when they never were brought back, and when a person said that nothing had left.
    /// </summary>
    async Task<IReadOnlySet<Guid>> MayHaveLeftAsync(string template, List<Invoice> invoices, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await restorations.LastAsync(db, cancellationToken) is not { NothingLeft: false } restored)
            return new HashSet<Guid>();
        var today = DateOnly.FromDateTime(restored.RestoredAt.UtcDateTime);
        var old = invoices.Where(invoice => invoice.LastDay <= today).Select(invoice => invoice.InvoiceId).ToHashSet();
        return template switch
        {
            Letter.OfInvoice => old,
            // who is charged after that day, and was not charged before, has had no receipt
            Letter.Receipt => await db.Charges.Where(charge => old.Contains(charge.InvoiceId) && charge.State == ChargeState.Succeeded
                && charge.CreatedAt <= restored.RestoredAt).Select(charge => charge.InvoiceId).ToHashSetAsync(cancellationToken),
            _ => restored.ReleasedAt + MadeUpFor < now ? new HashSet<Guid>() : old
        };
    }

    async Task<ILookup<Guid, InvoiceLine>> LinesAsync(List<Guid> invoiceIds, CancellationToken cancellationToken) =>
        (await db.InvoiceLines.AsNoTracking().Where(line => invoiceIds.Contains(line.InvoiceId)).OrderBy(line => line.InvoiceId).ThenBy(line => line.Position)
            .ToListAsync(cancellationToken)).ToLookup(line => line.InvoiceId);

    static Dictionary<string, string> Values(Invoice invoice, Account account, DateOnly payBy, IEnumerable<InvoiceLine>? lines,
        DateOnly? nextTry, string? link)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["name"] = account.Name,
            ["number"] = invoice.Number,
            ["period"] = BillingPeriod.FromNumber(invoice.Period).ToString(),
            ["currency"] = invoice.Currency,
            ["total"] = Amount(invoice.Total, invoice.Currency),
            ["credit"] = Amount(invoice.CreditApplied, invoice.Currency),
            ["due"] = Amount(invoice.AmountDue, invoice.Currency),
            ["paid"] = Amount(invoice.AmountPaid, invoice.Currency),
            ["open"] = Amount(invoice.Open, invoice.Currency),
            ["until"] = Day(payBy)
        };
        if (link is not null)
            values["link"] = link;
        if (nextTry is { } day)
            values["next"] = Day(day);
        if (lines is null)
            return values;
        values["payment"] = invoice.Open == 0 ? "There is nothing to pay."
            : account.Has(ControlTags.ManualPay) ? $"Please transfer it by {Day(payBy)}, and name the number of the invoice."
            : "We charge it to the payment method that we have of you.";
        var listed = lines.ToList();
        values["tax"] = Amount(invoice.Tax, invoice.Currency);
        values["lines"] = string.Join('\n', listed.Select(line => $"{line.Description}: {line.Formula} = {Amount(line.Amount, invoice.Currency)}")
            .Concat(TaxTotal.Of(listed).Select(rate =>
                $"{rate.Text(amount => Amount(amount, invoice.Currency))} = {Amount(rate.Tax, invoice.Currency)}")));
        return values;
    }

    static string Day(DateOnly day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    static string Amount(decimal amount, string currency) => amount.ToString("F" + Currencies.DecimalsOf(currency), CultureInfo.InvariantCulture);
}

/// <summary>Writes one letter that a collection asks for.</summary>
sealed class TellCustomerConsumer(MonthCloseDbContext db, Letters letters) : IConsumer<TellCustomer>
{
    public Task Consume(ConsumeContext<TellCustomer> context) =>
        letters.SendAsync(context, context.Message.Template,
            db.Invoices.Where(invoice => invoice.InvoiceId == context.Message.InvoiceId).Select(invoice => invoice.InvoiceId), context.Message.Attempt,
            withLines: context.Message.Template == Letter.OfInvoice, nextTry: context.Message.NextTry);
}
