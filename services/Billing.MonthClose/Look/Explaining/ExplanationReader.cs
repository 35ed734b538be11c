using System.Globalization;
using System.Text.Json;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Taxes;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Explaining;

/// <summary>
/// Reads everything that is known of one invoice in a bounded set of queries, each by an index and none longer than <see cref="Most"/> rows: an
/// account of ten years is explained as fast as a new one.
/// </summary>
sealed class ExplanationReader(MonthCloseDbContext db, MomentReader moments, TimeProvider clock)
{
    public const int Most = 200;

    /// <param name="id">An invoice's id or number, or a charge's id.</param>
    /// <param name="cancellationToken">Of the request.</param>
    public async Task<Explanation?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var invoice = Guid.TryParse(id, out var guid)
            ? await db.Invoices.AsNoTracking().SingleOrDefaultAsync(one => one.InvoiceId == guid
                || one.InvoiceId == db.Charges.Where(charge => charge.ChargeId == guid).Select(charge => charge.InvoiceId).FirstOrDefault(), cancellationToken)
            : await db.Invoices.AsNoTracking().SingleOrDefaultAsync(one => one.Number == id, cancellationToken);
        if (invoice is null)
            return null;

        var lines = await db.InvoiceLines.AsNoTracking().Where(line => line.InvoiceId == invoice.InvoiceId).OrderBy(line => line.Position).Take(Most)
            .ToListAsync(cancellationToken);
        var account = await db.Accounts.AsNoTracking().SingleAsync(one => one.AccountId == invoice.AccountId, cancellationToken);
        var (ledger, payments) = await LedgerAsync(invoice, cancellationToken);
        var history = await moments.ReadAsync(invoice, account, payments, cancellationToken);
        return new Explanation
        {
            Asked = id,
            InvoiceId = invoice.InvoiceId,
            Number = invoice.Number,
            AccountId = invoice.AccountId,
            Period = BillingPeriod.FromNumber(invoice.Period).ToString(),
            Currency = invoice.Currency,
            Status = invoice.Status.ToString(),
            Total = invoice.Total,
            Taxes = [.. TaxTotal.Of(lines).Select(rate => new ExplainedTax(rate.Text(amount => Amount(amount, invoice.Currency)), rate.Tax,
                rate.Treatment == TaxTreatment.Added))],
            CreditApplied = invoice.CreditApplied,
            AmountDue = invoice.AmountDue,
            AmountPaid = invoice.AmountPaid,
            Account = await FactsAsync(account, invoice.IssuedAt, cancellationToken),
            Lines = await LinesAsync(invoice, lines, cancellationToken),
            Moments = [.. history.Moments.OrderBy(moment => moment.At).ThenBy(moment => moment.Rank)],
            Ledger = ledger,
            Planned = await moments.PlannedAsync(invoice.InvoiceId, account.TimeZone, cancellationToken),
            Changes = await ChangesAsync(invoice, history.SubjectIds, cancellationToken),
            Shortened = history.Moments.Count >= Most
        };
    }

    /// <summary>Folds what the trail says up to the issue: a card that changed later is not shown as the one of then.</summary>
    async Task<AccountFacts> FactsAsync(Account account, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var told = await db.Audit.AsNoTracking().Where(entry => entry.SubjectId == account.AccountId && entry.SubjectKind == AuditSubject.Account
            && entry.At <= at)
            .OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Id).Take(Most).Select(entry => new { entry.What, entry.After })
                .ToListAsync(cancellationToken);
        told.Reverse();
        var known = told.Count > 0 && told[0].What == "registered";
        var facts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (known)
            foreach (var after in told.Select(entry => entry.After).OfType<string>())
                foreach (var member in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(after)!)
                    facts[member.Key] = member.Value.ToString();
        else
            foreach (var member in AccountChange.Of(account))
                facts[member.Key] = Convert.ToString(member.Value, CultureInfo.InvariantCulture) ?? "";
        foreach (var nothing in facts.Where(fact => fact.Value.Length == 0 || fact.Value is "False").Select(fact => fact.Key).ToList())
            facts.Remove(nothing);
        return new AccountFacts(known ? "as it was when the invoice was issued" : "as it is now; the audit trail does not reach back to its registration",
            facts);
    }

    async Task<IReadOnlyList<ExplainedLine>> LinesAsync(Invoice invoice, List<InvoiceLine> lines, CancellationToken cancellationToken)
    {
        var versions = lines.Select(line => line.PriceVersion).OfType<long>().Distinct().ToList();
        var prices = await db.Prices.AsNoTracking().Where(price => versions.Contains(price.Version))
            .ToDictionaryAsync(price => price.Version, cancellationToken);
        var before = await db.Invoices.Where(other => other.AccountId == invoice.AccountId && other.Period < invoice.Period
            && other.Status != InvoiceStatus.Voided)
            .MaxAsync(other => (int?)other.Period, cancellationToken) ?? 0;
        var usage = await (
            from entry in db.Usage
            where entry.AccountId == invoice.AccountId && entry.BillingPeriod > before && entry.BillingPeriod <= invoice.Period
            group entry by new { entry.PriceCode, entry.ServicePeriod, entry.Category, entry.ServiceName, entry.Sku, Rated = entry.Cost != null } into use
            orderby use.Key.PriceCode, use.Key.ServicePeriod
            select new
            {
                use.Key,
                Records = use.Count(),
                Quantity = use.Sum(entry => entry.Quantity),
                Hours = use.Sum(entry => entry.StartedHours),
                Cost = use.Sum(entry => entry.Cost),
                FirstDay = use.Min(entry => entry.FirstDay),
                LastDay = use.Max(entry => entry.LastDay)
            }).Take(Most).ToListAsync(cancellationToken);
        var carried = lines.Exists(line => line.Kind == "carried-forward")
            ? await db.Invoices.AsNoTracking().Where(earlier => earlier.CarriedTo == invoice.InvoiceId).OrderBy(earlier => earlier.Period).Take(Most)
                .ToListAsync(cancellationToken) : [];

        return lines.ConvertAll(line => new ExplainedLine(line.Position, line.Kind, line.Description, line.FirstDay, line.LastDay, line.Formula, line.Amount,
            line.PriceVersion is { } version && prices.TryGetValue(version, out var price) ? PriceText(price) : null,
            [
                .. usage.Where(use => line.Kind is "usage" or "adjustment" && (use.Key.ServicePeriod < invoice.Period) == (line.Kind == "adjustment")
                        && (line.PriceCode is not null ? use.Key.PriceCode == line.PriceCode && !use.Key.Rated
                            : use.Key.Rated && line.Description.StartsWith(string.Join(" / ",
                                new[] { use.Key.Category, use.Key.ServiceName, use.Key.Sku }.Where(part => !string.IsNullOrEmpty(part))),
                                StringComparison.Ordinal)))
                    .Select(use => $"{use.Records} usage record{(use.Records == 1 ? "" : "s")} of {BillingPeriod.FromNumber(use.Key.ServicePeriod)}, "
                        + $"{Days(use.FirstDay, use.LastDay)}: "
                        + (use.Key.Rated ? $"rated cost {Rating.Plain(use.Cost ?? 0)}" : use.Hours > 0 && use.Quantity == 0 ? $"{use.Hours} started hours"
                            : $"quantity {Rating.Plain(use.Quantity)}{(use.Hours > 0 ? $", {use.Hours} started hours" : "")}")),
                .. line.Kind == "carried-forward"
                    ? carried.Select(earlier => $"{earlier.Number} of {BillingPeriod.FromNumber(earlier.Period)}: {earlier.AmountDue - earlier.AmountPaid}")
                        : []
            ], line.TaxName, line.Tax));
    }

    async Task<(IReadOnlyList<ExplainedEntry> Entries, IReadOnlyList<LedgerTransaction> Transactions)> LedgerAsync(Invoice invoice,
        CancellationToken cancellationToken)
    {
        // A payment names no invoice in the ledger: what part of it settled which is written beside it.
        var payments = (await db.PaymentAllocations.Where(part => part.InvoiceId == invoice.InvoiceId).Select(part => part.PaymentId).Take(Most)
            .ToListAsync(cancellationToken))
            .ConvertAll(Posting.IdOfPayment);
        var transactions = await db.LedgerTransactions.AsNoTracking()
            .Where(transaction => transaction.InvoiceId == invoice.InvoiceId || payments.Contains(transaction.TransactionId))
            .OrderBy(transaction => transaction.At).ThenBy(transaction => transaction.TransactionId).Take(Most).ToListAsync(cancellationToken);
        var ids = transactions.ConvertAll(transaction => transaction.TransactionId);
        var entries = (await db.LedgerEntries.AsNoTracking().Where(entry => ids.Contains(entry.TransactionId)).ToListAsync(cancellationToken))
            .ToLookup(entry => entry.TransactionId);
        var (owed, rows) = (0m, new List<ExplainedEntry>());
        foreach (var transaction in transactions)
            foreach (var entry in entries[transaction.TransactionId].OrderBy(entry => entry.Position))
            {
                owed += entry.Account == LedgerAccount.Receivable ? entry.Amount : 0;
                rows.Add(new ExplainedEntry(transaction.At, transaction.Cause, entry.Account, Math.Max(0, entry.Amount), Math.Max(0, -entry.Amount), owed));
            }

        return (rows, transactions);
    }

    async Task<IReadOnlyList<ExplainedChange>> ChangesAsync(Invoice invoice, IReadOnlyCollection<string> subjects, CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow();
        var entries = await db.Audit.AsNoTracking()
            .Where(entry => entry.AccountId == invoice.AccountId && entry.At >= invoice.IssuedAt && entry.At <= until
                && (subjects.Contains(entry.SubjectId) || entry.SubjectKind == AuditSubject.Account))
            .OrderBy(entry => entry.At).ThenBy(entry => entry.Id).Take(Most).ToListAsync(cancellationToken);
        return entries.ConvertAll(entry => new ExplainedChange(entry.At, $"{entry.SubjectKind} {entry.SubjectId} {entry.What}", entry.Who, entry.Why));
    }

    static string PriceText(Price price) =>
        $"price {price.PriceCode} version {price.Version}, set {price.SetAt.UtcDateTime:yyyy-MM-dd}: {price.Model.ToString().ToLowerInvariant()} "
        + (price.Tiers.Count == 0 ? Rating.Plain(price.UnitPrice)
            : string.Join(", ", price.Tiers.Select(tier => $"{(tier.UpTo is { } upTo ? $"up to {Rating.Plain(upTo)}" : "above")} "
                + $"{Rating.Plain(tier.UnitPrice)}{(tier.FlatPrice == 0 ? "" : $" + {Rating.Plain(tier.FlatPrice)}")}")))
        + $" {price.Currency}{(price.Model == PriceModel.Hourly ? $", at most {price.MonthlyCapHours} hours a month for each resource" : "")}";

    static string Days(DateOnly first, DateOnly last) => first == last ? $"{first:yyyy-MM-dd}" : $"{first:yyyy-MM-dd} to {last:yyyy-MM-dd}";

    public static string Amount(decimal amount, string currency) => amount.ToString("F" + Currencies.DecimalsOf(currency), CultureInfo.InvariantCulture);
}
