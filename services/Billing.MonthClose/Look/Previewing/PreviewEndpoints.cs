using Billing.Hosting.Http;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Previews;
using Billing.MonthClose.Close.Previewing;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Previewing;

/// <summary>A month, or one account, before it is closed.</summary>
static class PreviewEndpoints
{
    /// <summary>What a list of accounts may be asked for.</summary>
    static readonly string[] Kinds = ["all", "new", "gone", "changed", "outliers", "parked"];

    const int Most = 1000;

    public static void MapPreviewing(this WebApplication app)
    {
        var reads = app.MapGroup("").Needs(Rights.Read);
        reads.MapGet("/api/previews/{period}", async Task<IResult> (string period, MonthCloseDbContext db, CancellationToken stopping) =>
            !BillingPeriod.TryParse(period, out var month) ? QueryPeriod.Refuse(period)
            : await FindAsync(db, month, stopping) is { } preview ? TypedResults.Ok(await ViewAsync(db, preview, stopping)) : TypedResults.NotFound())
            .Produces<PreviewView>();
        reads.MapGet("/api/previews/{period}/accounts", async Task<IResult> (string period, string? show, string? after, int? limit, MonthCloseDbContext db,
            CancellationToken stopping) =>
            !BillingPeriod.TryParse(period, out var month) ? QueryPeriod.Refuse(period)
            : !Kinds.Contains(show ?? "all") ? TypedResults.BadRequest($"show is \"{show}\"; expected one of {string.Join(", ", Kinds)}")
            : await FindAsync(db, month, stopping) is { } preview
                ? TypedResults.Ok(await ListAsync(db, preview.PreviewId, show ?? "all", after ?? "", Math.Clamp(limit ?? 100, 1, Most), stopping))
                : TypedResults.NotFound()).Produces<List<PreviewedAccountView>>();
        reads.MapGet("/api/previews/{period}/account", async Task<IResult> (string period, string? id, MonthCloseDbContext db, PreviewReader reader,
            CancellationToken stopping) =>
            !BillingPeriod.TryParse(period, out var month) ? QueryPeriod.Refuse(period)
            : id is null ? TypedResults.BadRequest("id is missing; expected the id of an account")
            : await OneAsync(db, reader, month, id, stopping)).Produces<PreviewedAccountView>();
    }

    /// <summary>The newest that a person asked for; checks are told beside it.</summary>
    static Task<RunPreview?> FindAsync(MonthCloseDbContext db, BillingPeriod period, CancellationToken cancellationToken) =>
        db.Previews.AsNoTracking().Where(preview => preview.Period == period.Number && preview.Checks == null)
            .OrderByDescending(preview => preview.AskedAt).FirstOrDefaultAsync(cancellationToken);

    static async Task<PreviewView> ViewAsync(MonthCloseDbContext db, RunPreview preview, CancellationToken cancellationToken)
    {
        var counts = await PreviewTotalsReader.CountAsync(db, preview.PreviewId, cancellationToken);
        var check = await db.Previews.AsNoTracking().Where(one => one.Checks == preview.PreviewId).OrderByDescending(one => one.AskedAt)
            .FirstOrDefaultAsync(cancellationToken);
        return new PreviewView
        {
            Period = preview.PeriodText,
            PreviewId = preview.PreviewId,
            State = preview.State.ToString(),
            Reason = preview.Reason,
            RequestedBy = preview.RequestedBy,
            AskedAt = preview.AskedAt,
            ReadyAt = preview.ReadyAt,
            CommitToken = preview.Token,
            Accounts = preview.Accounts,
            Computed = preview.Computed,
            Billed = counts.Billed,
            Parked = counts.Parked,
            New = counts.New,
            Gone = counts.Gone,
            Changed = counts.Changed,
            Outliers = counts.Outliers,
            Money = [.. (await PreviewTotalsReader.ByCurrencyAsync(db, preview.PreviewId, cancellationToken)).Select(currency => new PreviewMoney(
                currency.Currency, currency.Invoices, currency.Invoiced, currency.CreditUsed, currency.AmountDue, currency.InvoicedBefore, currency.Tax))],
            LastCheck = check is null ? null : new PreviewCheck(check.State.ToString(), check.Reason, check.AskedAt)
        };
    }

    static async Task<List<PreviewedAccountView>> ListAsync(
        MonthCloseDbContext db, Guid previewId, string show, string after, int limit, CancellationToken cancellationToken)
    {
        var accounts = db.PreviewedAccounts.AsNoTracking().Where(account => account.PreviewId == previewId && account.AccountId.CompareTo(after) > 0);
        accounts = show switch
        {
            "new" => accounts.Where(account => account.Change == MonthChange.New),
            "gone" => accounts.Where(account => account.Change == MonthChange.Gone),
            "changed" => accounts.Where(account => account.Change == MonthChange.Changed),
            "outliers" => accounts.Where(account => account.IsOutlier),
            "parked" => accounts.Where(account => account.ReasonCode != null),
            _ => accounts
        };
        return (await accounts.OrderBy(account => account.AccountId).Take(limit).ToListAsync(cancellationToken)).ConvertAll(ToView);
    }

    static async Task<IResult> OneAsync(
        MonthCloseDbContext db, PreviewReader reader, BillingPeriod period, string accountId, CancellationToken cancellationToken)
    {
        if (await db.Accounts.AsNoTracking().SingleOrDefaultAsync(account => account.AccountId == accountId, cancellationToken) is not { } account)
            return TypedResults.NotFound();
        if (account.InvoicedThrough >= period.Number)
            return TypedResults.BadRequest($"period is \"{period}\"; expected a month after {BillingPeriod.FromNumber(account.InvoicedThrough)}, "
                + "through which the account is billed already");
        return account.JoinedOn > period.LastDay
            ? TypedResults.BadRequest($"period is \"{period}\"; expected a month in which the account was a customer: "
                + $"it joined on {account.JoinedOn:yyyy-MM-dd}")
            : TypedResults.Ok(ToView(await reader.OfOneAsync(account, period, cancellationToken)));
    }

    static PreviewedAccountView ToView(PreviewedAccount account) => new()
    {
        AccountId = account.AccountId,
        Currency = account.Currency,
        Outcome = account.ReasonCode is not null ? nameof(CloseStep.Parked) : account.Outcome?.ToString() ?? "Charged",
        ReasonCode = account.ReasonCode,
        Reason = account.Reason,
        Earned = account.Earned,
        Before = account.Before,
        Change = account.Change.ToString(),
        IsOutlier = account.IsOutlier,
        Total = account.Total,
        Tax = account.Tax,
        CreditApplied = account.CreditApplied,
        AmountDue = account.AmountDue,
        Lines = [.. account.Lines.Select(line => new PreviewedLineView(line.Kind, line.PriceCode, BillingPeriod.FromNumber(line.ServicePeriod).ToString(),
            line.Description, line.Quantity, line.UnitPrice, line.FirstDay, line.LastDay, line.Formula, line.Amount, line.Tax?.Name, line.Tax?.Tax ?? 0))]
    };
}
