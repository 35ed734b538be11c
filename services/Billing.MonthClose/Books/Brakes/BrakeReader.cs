using System.Text.Json;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Books.Brakes;

/// <summary>Reads what the brakes look at: rows that were counted where it happened, however many accounts the run has.</summary>
sealed class BrakeReader(MonthCloseDbContext db, IBulkWriter bulk, IOptions<BrakesOptions> options)
{
    static readonly string[] NotPaid = [nameof(CloseOutcome.InCollection), nameof(CloseOutcome.Held)];

    public async Task<BrakeLimits> LimitsAsync(CancellationToken cancellationToken) =>
        BrakeLimits.Of(options.Value, await db.Brakes.AsNoTracking().ToListAsync(cancellationToken));

    /// <param name="run">Whose.</param>
    /// <param name="limits">Reads only what these look at; null reads all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<BrakeReading> ReadAsync(RunState run, BrakeLimits? limits, CancellationToken cancellationToken)
    {
        var reading = new BrakeReading();
        if (limits is null or { FailedShare: not null })
            reading = await WithClosesAsync(reading, run.CorrelationId, cancellationToken);
        if (limits is null or { UnknownCharges: not null })
            reading = reading with { UnknownCharges = await db.Charges.CountAsync(charge => charge.State == ChargeState.Unknown, cancellationToken) };
        if (limits is null or { Amount.Count: > 0 })
            reading = reading with { Amount = await CollectedAsync(run.CorrelationId, cancellationToken) };
        if (limits is null or { Change: not null })
            reading = reading with { Compared = await ComparedAsync(run.CorrelationId, cancellationToken) };
        if (limits is null or { Drifts: not null })
            reading = reading with
            {
                Drifts = await db.Drifts.CountAsync(drift => drift.EndedAt == null && drift.FoundAt >= run.StartedAt, cancellationToken)
            };
        return reading;
    }

    /// <summary>What a run that was resumed is judged from; null for one that never was.</summary>
    public static BrakeReading? FromOf(RunState run) => run.BrakesFrom is { } text ? JsonSerializer.Deserialize<BrakeReading>(text) : null;

    public static string ToText(BrakeReading reading) => JsonSerializer.Serialize(reading);

    /// <summary>Keeps what a chunk invoiced beside the month before, while that brake is set.</summary>
    public async Task CompareAsync(RunState run, int chunk, int before, IReadOnlyCollection<Invoice> issued, CancellationToken cancellationToken)
    {
        if (issued.Count == 0 || (await LimitsAsync(cancellationToken)).Change is null)
            return;
        var ids = issued.Select(invoice => invoice.AccountId).ToList();
        var earlier = (await db.Invoices.Where(invoice => ids.Contains(invoice.AccountId) && invoice.Period == before && invoice.Status != InvoiceStatus.Voided)
            .Select(invoice => new { invoice.AccountId, invoice.Currency, Earned = invoice.Total - invoice.Carried }).ToListAsync(cancellationToken))
            .ToLookup(invoice => (invoice.AccountId, invoice.Currency));
        var rows = issued.Where(invoice => earlier.Contains((invoice.AccountId, invoice.Currency))).GroupBy(invoice => invoice.Currency)
            .Select(currency => new ChunkChange
            {
                RunId = run.CorrelationId,
                Chunk = chunk,
                Currency = currency.Key,
                Accounts = currency.Count(),
                Invoiced = currency.Sum(invoice => invoice.Total - invoice.Carried),
                InvoicedBefore = currency.Sum(invoice => earlier[(invoice.AccountId, invoice.Currency)].Sum(one => one.Earned))
            }).ToList();
        if (rows.Count > 0)
            await bulk.InsertNewAsync(db, rows, cancellationToken);
    }

    async Task<BrakeReading> WithClosesAsync(BrakeReading reading, Guid runId, CancellationToken cancellationToken)
    {
        var closes = await db.CloseTallies.Where(tally => tally.RunId == runId).GroupBy(tally => new { tally.Step, tally.Outcome })
            .Select(close => new { close.Key.Step, close.Key.Outcome, Count = close.Sum(tally => tally.Accounts) }).ToListAsync(cancellationToken);
        return reading with
        {
            Failed = closes.Where(close => close.Step == CloseStep.Parked || NotPaid.Contains(close.Outcome)).Sum(close => close.Count),
            Collected = closes.Where(close => close.Step != CloseStep.Parked && close.Outcome == nameof(CloseOutcome.Collected)).Sum(close => close.Count)
        };
    }

    async Task<Dictionary<string, decimal>> CollectedAsync(Guid runId, CancellationToken cancellationToken) =>
        await db.MoneyTallies.Where(tally => tally.RunId == runId).GroupBy(tally => tally.Currency)
            .Select(money => new { money.Key, Collected = money.Sum(tally => tally.Collected) })
            .ToDictionaryAsync(money => money.Key, money => money.Collected, StringComparer.Ordinal, cancellationToken);

    async Task<Dictionary<string, ComparedMoney>> ComparedAsync(Guid runId, CancellationToken cancellationToken) =>
        await db.ChunkChanges.Where(change => change.RunId == runId).GroupBy(change => change.Currency)
            .Select(money => new
            {
                money.Key,
                Accounts = money.Sum(change => change.Accounts),
                Invoiced = money.Sum(change => change.Invoiced),
                Before = money.Sum(change => change.InvoicedBefore)
            }).ToDictionaryAsync(money => money.Key, money => new ComparedMoney(money.Accounts, money.Invoiced, money.Before), StringComparer.Ordinal,
                cancellationToken);
}
