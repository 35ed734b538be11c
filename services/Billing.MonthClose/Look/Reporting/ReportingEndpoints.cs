using System.Text.Json.Serialization;
using Billing.Hosting.Http;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Collect.Collecting;
using Billing.Views.MonthClose;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>What people and programs may read over HTTP. Nothing here changes anything: that is done by commands on the bus.</summary>
static class ReportingEndpoints
{
    public static void AddReporting(this IServiceCollection services)
    {
        services.AddScoped<RunReader>().AddScoped<AccountReader>().AddScoped<CollectionReader>().AddScoped<ReportReader>().AddScoped<Reconciliation>()
            .AddSingleton<Comparisons>().AddSingleton<Reports>();
        services.AddScoped<StandingReader>().AddHostedService<StandingGauges>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
    }

    public static void MapReporting(this WebApplication app)
    {
        var reads = app.MapGroup("").Needs(Rights.Read);
        reads.MapGet("/api/runs", async Task<IResult> (string? before, int? limit, RunReader runs, CancellationToken stopping) =>
        {
            BillingPeriod? first = null;
            if (before is not null)
                first = BillingPeriod.TryParse(before, out var month) ? month : null;
            return before is not null && first is null
                ? QueryPeriod.Refuse(before, nameof(before))
                : TypedResults.Ok(await runs.ListAsync(first, Math.Clamp(limit ?? 24, 1, RunReader.Most), stopping));
        }).Produces<IReadOnlyList<RunLine>>();
        reads.MapGet("/runs", async (RunReader runs, TimeProvider clock, CancellationToken stopping) =>
            TypedResults.Text(RunsPage.Of(await runs.ListAsync(null, RunReader.Most, stopping), clock), "text/html; charset=utf-8"))
            .Produces<string>(contentType: "text/html");
        reads.MapGet("/api/runs/{period}", (string period, RunReader runs, CancellationToken stopping) =>
            OfPeriod(period, month => runs.FindAsync(month, stopping))).Produces<RunView>();
        reads.MapGet("/api/runs/{period}/progress", (string period, RunReader runs, CancellationToken stopping) =>
            OfPeriod(period, month => runs.ProgressAsync(month, stopping))).Produces<IReadOnlyList<RunPoint>>();
        reads.MapGet("/api/runs/{period}/reconciliation", async Task<IResult> (string period, Comparisons comparisons, CancellationToken stopping) =>
        {
            try
            {
                return await OfPeriod(period, month => comparisons.OfAsync(month, stopping));
            }
            catch (HttpRequestException away)
            {
                return TypedResults.Problem($"The gateway's record cannot be read: {away.Message}", statusCode: StatusCodes.Status503ServiceUnavailable);
            }
        }).Produces<ReconciliationView>().ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithRequestTimeout(TakesLong);
        reads.MapGet("/api/runs/{period}/report.csv", async Task<IResult> (string period, Reports reports, CancellationToken stopping) =>
            !BillingPeriod.TryParse(period, out var month) ? QueryPeriod.Refuse(period)
            : await reports.OfAsync(month, stopping) is { } sheets ? TypedResults.Text(sheets.Csv, "text/csv; charset=utf-8") : TypedResults.NotFound())
            .Produces<string>(contentType: "text/csv").WithRequestTimeout(TakesLong);
        reads.MapGet("/runs/{period}", async Task<IResult> (string period, Reports reports, CancellationToken stopping) =>
            !BillingPeriod.TryParse(period, out var month) ? QueryPeriod.Refuse(period)
            : await reports.OfAsync(month, stopping) is { } sheets ? TypedResults.Text(sheets.Page, "text/html; charset=utf-8") : TypedResults.NotFound())
            .Produces<string>(contentType: "text/html").WithRequestTimeout(TakesLong);
        reads.MapGet("/api/accounts/{**id:minlength(1)}", async Task<IResult> (string id, Caller caller, AccountReader accounts, CancellationToken stopping) =>
            await accounts.FindAsync(id, stopping) is { } account
                ? TypedResults.Ok(account with { Name = caller.Shown(account.Name) })
                : TypedResults.NotFound()).Produces<AccountView>();
        reads.MapGet("/api/collections/{invoiceId:guid}", async Task<IResult> (Guid invoiceId, CollectionReader collections, CancellationToken stopping) =>
            await collections.FindAsync(invoiceId, stopping) is { } collection ? TypedResults.Ok(collection) : TypedResults.NotFound())
            .Produces<CollectionView>();
        reads.MapGet("/api/collections", async Task<IResult> (string? state, Guid? after, int? limit, CollectionReader collections,
            CancellationToken stopping) =>
            state is not null && !CollectionStates.Contains(state)
                ? TypedResults.BadRequest($"state is \"{state}\"; expected one of {string.Join(", ", CollectionStates)}")
                : TypedResults.Ok(await collections.ListAsync(state, after, Math.Clamp(limit ?? 100, 1, CollectionReader.Most), stopping)))
            .Produces<IReadOnlyList<CollectionView>>();
        reads.MapGet("/api/standing", async (StandingReader standing, CancellationToken stopping) => TypedResults.Ok(await standing.ReadAsync(stopping)));
        reads.MapGet("/api/intake", async (MonthCloseDbContext db, CancellationToken stopping) => TypedResults.Ok(new IntakeView(
            Accounts: await db.Accounts.CountAsync(stopping),
            UsageRecords: await db.Usage.LongCountAsync(stopping),
            Prices: await db.Prices.CountAsync(stopping),
            Credits: await db.LedgerTransactions.CountAsync(transaction => transaction.Cause.StartsWith("credit:"), stopping),
            SeatLevels: await db.SeatLevels.CountAsync(stopping),
            RejectedUsage: await db.RejectedUsage.CountAsync(stopping),
            TaxRates: await db.TaxRates.CountAsync(stopping))));
    }

    static readonly RequestTimeoutPolicy TakesLong = new() { Timeout = SharedReads.Longest, TimeoutStatusCode = StatusCodes.Status504GatewayTimeout };

    static readonly string[] CollectionStates =
    [
        nameof(ChargeInquiry.Asking), nameof(ChargeInquiry.Unresolved), nameof(Collection.Dunning), nameof(Collection.AwaitingPayment),
        nameof(Collection.Charging), nameof(Collection.OnHold),
        nameof(Collection.Waiting), nameof(Collection.NeedsAttention), nameof(Collection.CarriedOver), nameof(Collection.Paid), nameof(Collection.Ended)
    ];

    static async Task<IResult> OfPeriod<T>(string period, Func<BillingPeriod, Task<T?>> read)
        where T : class =>
        !BillingPeriod.TryParse(period, out var month) ? QueryPeriod.Refuse(period)
        : await read(month) is { } found ? TypedResults.Ok(found) : TypedResults.NotFound();
}
