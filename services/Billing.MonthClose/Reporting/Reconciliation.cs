using System.Text.Json;
using Billing.MonthClose.Calendar;
using Billing.MonthClose.Charging;
using Billing.MonthClose.Closing;
using Billing.MonthClose.Invoicing;
using Billing.MonthClose.Money;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Reporting;

/// <summary>A place where two records of the same money disagree.</summary>
sealed record Difference(string Kind, string AccountId, string Detail);

sealed record AmountView(string Currency, decimal Amount);

sealed record ReconciliationView
{
    public required string Period { get; init; }
    public required int Accounts { get; init; }
    public required int Closed { get; init; }
    public required int Parked { get; init; }
    public required int Held { get; init; }
    public required IReadOnlyList<AmountView> Invoiced { get; init; }
    public required IReadOnlyList<AmountView> Collected { get; init; }

    /// <summary>Charges whose outcome nobody knows yet.</summary>
    public required int Unknown { get; init; }

    public required IReadOnlyList<Difference> Differences { get; init; }
}

/// <summary>Holds four records of a period's money against each other: invoices, charges, ledger, and what the gateway itself says it took.</summary>
sealed class Reconciliation(MonthCloseDbContext db, RunTotals totals, GatewayRecord gateway)
{
    public async Task<ReconciliationView?> OfAsync(BillingPeriod period, CancellationToken cancellationToken)
    {
        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(run => run.Period == period.Number, cancellationToken);
        if (run is null)
            return null;
        var runId = run.CorrelationId;
        var charges = await (
            from charge in db.Charges.AsNoTracking()
            join invoice in db.Invoices.AsNoTracking() on charge.InvoiceId equals invoice.InvoiceId
            where invoice.RunId == runId && charge.State != ChargeState.Skipped
            select charge).ToDictionaryAsync(charge => charge.ChargeId, cancellationToken);

        var differences = new List<Difference>();
        differences.AddRange(await AgainstGatewayAsync(period, charges, cancellationToken));
        differences.AddRange(await AgainstLedgerAsync(runId, charges, cancellationToken));
        differences.AddRange(await BalancesAsync(runId, cancellationToken));

        var steps = await totals.StepsAsync(runId, cancellationToken);
        var money = await totals.ByCurrencyAsync(runId, cancellationToken);
        return new ReconciliationView
        {
            Period = run.PeriodText,
            Accounts = steps.Values.Sum(),
            Closed = steps.GetValueOrDefault(CloseStep.Closed),
            Parked = steps.GetValueOrDefault(CloseStep.Parked),
            Held = await (from hold in db.Holds
                          join invoice in db.Invoices on hold.InvoiceId equals invoice.InvoiceId
                          where invoice.RunId == runId && hold.LiftedAt == null
                          select hold.AccountId).Distinct().CountAsync(cancellationToken),
            Invoiced = [.. money.Select(row => new AmountView(row.Currency, row.Invoiced))],
            Collected = [.. money.Select(row => new AmountView(row.Currency, row.Collected))],
            Unknown = charges.Values.Count(charge => charge.State is ChargeState.Unknown or ChargeState.Pending),
            Differences = differences
        };
    }

    async Task<List<Difference>> AgainstGatewayAsync(BillingPeriod period, Dictionary<Guid, Charge> charges, CancellationToken cancellationToken)
    {
        var differences = new List<Difference>();
        var captured = new HashSet<Guid>();
        await foreach (var capture in gateway.CapturesAsync(period.ToString(), cancellationToken))
        {
            if (!charges.TryGetValue(capture.ChargeId, out var charge))
                differences.Add(new Difference("captured-without-charge", capture.Customer, $"{capture.Id} took {capture.Amount} {capture.Currency} for {capture.ChargeId}, which is not here"));
            else if (!captured.Add(capture.ChargeId))
                differences.Add(new Difference("captured-twice", charge.AccountId, $"{capture.Id} took the money of {charge.ChargeId} again"));
            else if (charge.State != ChargeState.Succeeded)
                differences.Add(new Difference("captured-not-booked", charge.AccountId, $"{capture.Id} took the money, but {charge.ChargeId} is {charge.State}"));
            else if (Currencies.ToMinor(charge.Amount, charge.Currency) != capture.Amount || !charge.Currency.Equals(capture.Currency, StringComparison.OrdinalIgnoreCase))
                differences.Add(new Difference("amount-differs", charge.AccountId, $"{charge.ChargeId} is booked with {charge.Amount} {charge.Currency}, {capture.Id} took {capture.Amount} {capture.Currency} (minor units)"));
        }

        differences.AddRange(charges.Values.Where(charge => charge.State == ChargeState.Succeeded && !captured.Contains(charge.ChargeId))
            .Select(charge => new Difference("booked-not-captured", charge.AccountId, $"{charge.ChargeId} is booked with {charge.Amount} {charge.Currency}; the gateway took nothing")));
        return differences;
    }

    async Task<List<Difference>> AgainstLedgerAsync(Guid runId, Dictionary<Guid, Charge> charges, CancellationToken cancellationToken)
    {
        var differences = new List<Difference>();
        var succeeded = charges.Values.Where(charge => charge.State == ChargeState.Succeeded).ToList();
        foreach (var some in succeeded.Chunk(1000))
        {
            var ids = some.Select(charge => DeterministicGuid.Of($"charge:{charge.ChargeId}")).ToList();
            var cash = await db.LedgerEntries.Where(entry => ids.Contains(entry.TransactionId) && entry.Account == Ledger.LedgerAccount.Cash)
                .ToDictionaryAsync(entry => entry.TransactionId, entry => entry.Amount, cancellationToken);
            foreach (var (charge, id) in some.Zip(ids))
                if (!cash.TryGetValue(id, out var booked))
                    differences.Add(new Difference("charge-not-in-ledger", charge.AccountId, $"{charge.ChargeId} succeeded, but no money is in the ledger"));
                else if (booked != charge.Amount)
                    differences.Add(new Difference("ledger-amount-differs", charge.AccountId, $"{charge.ChargeId} took {charge.Amount}, the ledger has {booked}"));
        }

        var invoices = await db.Invoices.AsNoTracking().Where(invoice => invoice.RunId == runId && invoice.Status != InvoiceStatus.Voided)
            .Select(invoice => new { invoice.InvoiceId, invoice.AccountId, Earned = invoice.Total - invoice.Carried, invoice.Number }).ToListAsync(cancellationToken);
        foreach (var some in invoices.Chunk(1000))
        {
            var ids = some.Select(invoice => DeterministicGuid.Of($"invoice:{invoice.InvoiceId}")).ToList();
            var revenue = await db.LedgerEntries.Where(entry => ids.Contains(entry.TransactionId) && entry.Account == Ledger.LedgerAccount.Revenue)
                .ToDictionaryAsync(entry => entry.TransactionId, entry => -entry.Amount, cancellationToken);
            foreach (var (invoice, id) in some.Zip(ids))
                if (revenue.GetValueOrDefault(id) != invoice.Earned)
                    differences.Add(new Difference("invoice-not-in-ledger", invoice.AccountId, $"{invoice.Number} earned {invoice.Earned}, the ledger has {revenue.GetValueOrDefault(id)}"));
        }

        return differences;
    }

    /// <summary>Every balance is the sum of its entries and of what is open on invoices, and every transaction sums to zero.</summary>
    async Task<List<Difference>> BalancesAsync(Guid runId, CancellationToken cancellationToken)
    {
        var accounts = db.AccountCloses.Where(close => close.RunId == runId).Select(close => close.AccountId);
        var sums = await db.LedgerEntries.Where(entry => accounts.Contains(entry.AccountId))
            .GroupBy(entry => entry.AccountId)
            .Select(account => new
            {
                AccountId = account.Key,
                All = account.Sum(entry => entry.Amount),
                Owed = account.Sum(entry => entry.Account == Ledger.LedgerAccount.Receivable ? entry.Amount : 0),
                Credit = account.Sum(entry => entry.Account == Ledger.LedgerAccount.CustomerCredit ? -entry.Amount : 0)
            }).ToDictionaryAsync(account => account.AccountId, cancellationToken);
        var balances = await db.Balances.AsNoTracking().Where(balance => accounts.Contains(balance.AccountId)).ToListAsync(cancellationToken);

        var open = await db.Invoices.Where(invoice => accounts.Contains(invoice.AccountId)
                && (invoice.Status == InvoiceStatus.Open || (invoice.Status == InvoiceStatus.CarriedForward && invoice.CarriedTo == null)))
            .GroupBy(invoice => invoice.AccountId)
            .Select(account => new { account.Key, Due = account.Sum(invoice => invoice.AmountDue - invoice.AmountPaid - invoice.AmountReduced) })
            .ToDictionaryAsync(account => account.Key, account => account.Due, cancellationToken);

        var differences = sums.Values.Where(account => account.All != 0)
            .Select(account => new Difference("ledger-out-of-balance", account.AccountId, $"its entries sum to {account.All}, not to 0")).ToList();
        foreach (var balance in balances)
        {
            var (owed, credit) = sums.TryGetValue(balance.AccountId, out var sum) ? (sum.Owed, sum.Credit) : (0m, 0m);
            if (balance.Owed != owed || balance.Credit != credit)
                differences.Add(new Difference("balance-differs", balance.AccountId,
                    $"the balance says {balance.Owed} owed and {balance.Credit} credit, its entries {owed} and {credit}"));
            if (balance.Owed != open.GetValueOrDefault(balance.AccountId))
                differences.Add(new Difference("open-invoices-differ", balance.AccountId,
                    $"the balance says {balance.Owed} owed, its open invoices add up to {open.GetValueOrDefault(balance.AccountId)}"));
        }

        return differences;
    }
}

/// <summary>What the gateway says it took, from its own record.</summary>
sealed class GatewayRecord(HttpClient http)
{
    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public async IAsyncEnumerable<Capture> CapturesAsync(string period, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri($"simulator/record?period={period}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
            yield return JsonSerializer.Deserialize<Capture>(line, Web)!;
    }

    /// <param name="Amount">In minor units.</param>
    public sealed record Capture(string Id, Guid ChargeId, long Amount, string Currency, string Customer);
}
