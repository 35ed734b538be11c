using Billing.Hosting.Http;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Collect.Collecting;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>Lists for people who operate, page by page: each has a bound, and begins behind the last row of the page before.</summary>
static class ListEndpoints
{
    /// <summary>Rows of a page when none is asked for.</summary>
    const int Usual = 100;

    const int Most = 500;

    /// <summary>Days of the calendar at most: the longest policy plans no further.</summary>
    const int MostDays = 60;

    public static void MapLists(this WebApplication app)
    {
        var reads = app.MapGroup("").Needs(Rights.Read);
        reads.MapGet("/api/runs/{period}/parked", async Task<IResult> (string period, string? reason, string? account, string? after, int? limit,
            MonthCloseDbContext db, CancellationToken stopping) =>
            !BillingPeriod.TryParse(period, out var month) ? QueryPeriod.Refuse(period)
            : TypedResults.Ok(await ParkedAsync(db, month, reason, account, after ?? "", Page(limit), stopping)))
            .Produces<List<ParkedAccountView>>();
        reads.MapGet("/api/holds", async (Guid? after, int? limit, MonthCloseDbContext db, CancellationToken stopping) =>
            TypedResults.Ok(await HoldsAsync(db, after, Page(limit), stopping)));
        reads.MapGet("/api/accounts", async (string? text, string? after, int? limit, Caller caller, MonthCloseDbContext db, CancellationToken stopping) =>
            TypedResults.Ok((await AccountsAsync(db, text ?? "", after ?? "", Page(limit), stopping))
                .ConvertAll(account => account with { Name = caller.Shown(account.Name) })));
        reads.MapGet("/api/collections/calendar", async (int? days, MonthCloseDbContext db, TimeProvider clock, CancellationToken stopping) =>
            TypedResults.Ok(await CalendarAsync(db, clock.GetUtcNow().AddDays(Math.Clamp(days ?? 14, 1, MostDays)), stopping)));
    }

    static int Page(int? limit) => Math.Clamp(limit ?? Usual, 1, Most);

    /// <summary>Those that a run set aside, in the order of their ids.</summary>
    static async Task<List<ParkedAccountView>> ParkedAsync(
        MonthCloseDbContext db, BillingPeriod period, string? reason, string? account, string after, int limit, CancellationToken cancellationToken)
    {
        var runId = await db.Runs.Where(run => run.Period == period.Number).Select(run => run.CorrelationId).FirstOrDefaultAsync(cancellationToken);
        var rows = await (
            from close in db.AccountCloses.AsNoTracking()
                .Where(close => close.RunId == runId && close.Step == CloseStep.Parked && close.AccountId.CompareTo(after) > 0
                    && (reason == null || close.ReasonCode == reason) && (account == null || close.AccountId == account))
                .OrderBy(close => close.AccountId).Take(limit)
            join customer in db.Accounts.AsNoTracking() on close.AccountId equals customer.AccountId
            join issued in db.Invoices.AsNoTracking() on close.InvoiceId equals issued.InvoiceId into invoices
            from invoice in invoices.DefaultIfEmpty()
            orderby close.AccountId
            select new { Close = close, customer.Currency, Invoice = invoice }).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new ParkedAccountView(row.Close.AccountId, row.Close.ReasonCode, row.Close.Reason, row.Close.ParkedAt?.ToString(),
            row.Invoice?.Number, row.Invoice?.Open ?? 0, row.Currency));
    }

    /// <summary>Those that are in force, in the order of their ids: an account may have several.</summary>
    static async Task<List<HeldAccount>> HoldsAsync(MonthCloseDbContext db, Guid? after, int limit, CancellationToken cancellationToken)
    {
        var rows = await (
            from hold in db.Holds.AsNoTracking().Where(hold => hold.LiftedAt == null && (after == null || hold.InvoiceId > after))
                .OrderBy(hold => hold.InvoiceId).Take(limit)
            join account in db.Accounts.AsNoTracking() on hold.AccountId equals account.AccountId
            join issued in db.Invoices.AsNoTracking() on hold.InvoiceId equals issued.InvoiceId into invoices
            from invoice in invoices.DefaultIfEmpty()
            orderby hold.InvoiceId
            select new { Hold = hold, account.Currency, Invoice = invoice }).ToListAsync(cancellationToken);
        return rows.ConvertAll(row => new HeldAccount(
            row.Hold.InvoiceId, row.Hold.AccountId, row.Hold.ByHand, row.Hold.PlacedBy, row.Hold.Reason, row.Hold.HeldAt,
            row.Invoice?.Number, row.Invoice?.Open ?? 0, row.Currency));
    }

    /// <summary>By the beginning of the id or of the name, in the order of the ids.</summary>
    static async Task<List<AccountLine>> AccountsAsync(MonthCloseDbContext db, string text, string after, int limit, CancellationToken cancellationToken)
    {
        var found = db.Accounts.AsNoTracking().Where(account => account.AccountId.CompareTo(after) > 0);
        if (text.Length > 0)
            found = found.Where(account => account.AccountId.StartsWith(text) || account.Name.StartsWith(text));
        return await (
            from account in found.OrderBy(account => account.AccountId).Take(limit)
            join kept in db.Balances.AsNoTracking() on account.AccountId equals kept.AccountId into balances
            from balance in balances.DefaultIfEmpty()
            orderby account.AccountId
            select new AccountLine(account.AccountId, account.Name, account.Currency, account.Tier, balance == null ? 0 : balance.Owed,
                balance == null ? 0 : balance.Credit, db.Holds.Any(hold => hold.AccountId == account.AccountId && hold.LiftedAt == null), account.ClosedOn))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Tries of a day share their hour, and so their instant in each zone: some rows a day come from the database, however many there are.</summary>
    static async Task<List<PlannedDay>> CalendarAsync(MonthCloseDbContext db, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var instants = await (
            from collection in db.Collections
            join invoice in db.Invoices on collection.CorrelationId equals invoice.InvoiceId
            where collection.CurrentState != nameof(Collection.Paid) && collection.CurrentState != nameof(Collection.Ended) && collection.DueAt < until
            group invoice by new { collection.DueAt, invoice.Currency }
            into instant
            select new
            {
                instant.Key.DueAt,
                instant.Key.Currency,
                Tries = instant.Count(),
                Open = instant.Sum(invoice => invoice.Status == InvoiceStatus.Open ? invoice.AmountDue - invoice.AmountPaid - invoice.AmountReduced : 0)
            }).ToListAsync(cancellationToken);
        return [.. instants.GroupBy(instant => (Day: DateOnly.FromDateTime(instant.DueAt!.Value.UtcDateTime), instant.Currency))
            .OrderBy(day => day.Key.Day).ThenBy(day => day.Key.Currency, StringComparer.Ordinal)
            .Select(day => new PlannedDay(day.Key.Day, day.Key.Currency, day.Sum(instant => instant.Tries), day.Sum(instant => instant.Open)))];
    }
}
