using System.Security.Cryptography;
using System.Text;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Previews;
using Billing.MonthClose.Books.Pricing;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Close.Previewing;

/// <summary>Makes the token, and says what the preview adds up to; a check lets its run begin, or holds it back and says what changed.</summary>
sealed class EndPreviewConsumer(MonthCloseDbContext db, PriceBookCache prices, AuditTrail audit, TimeProvider clock) : IConsumer<EndPreview>
{
    /// <summary>So many changes are named in one event; all of them are counted.</summary>
    const int MostNamed = 100;

    /// <summary>So many accounts are read at a time.</summary>
    const int AtATime = 500;

    public async Task Consume(ConsumeContext<EndPreview> context)
    {
        var (previewId, cancellationToken) = (context.Message.PreviewId, context.CancellationToken);
        var preview = await db.Previews.Where(one => one.PreviewId == previewId).AsNoTracking().ForUpdate().SingleOrDefaultAsync(cancellationToken);
        if (preview is not { State: PreviewState.Reading })
            return;
        preview.Token = await TokenAsync(previewId, cancellationToken);
        preview.ReadyAt = clock.GetUtcNow();
        preview.State = PreviewState.Ready;
        if (preview.Checks is { } looked)
            await CheckAsync(context, preview, looked, cancellationToken);
        else
            await context.Publish(await SummaryAsync(preview, cancellationToken), cancellationToken);
        await db.Previews.Where(one => one.PreviewId == previewId).ExecuteUpdateAsync(set => set
            .SetProperty(one => one.Token, preview.Token).SetProperty(one => one.ReadyAt, preview.ReadyAt)
            .SetProperty(one => one.State, preview.State).SetProperty(one => one.Reason, preview.Reason), cancellationToken);
    }

    async Task<string> TokenAsync(Guid previewId, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await foreach (var account in db.PreviewedAccounts.Where(account => account.PreviewId == previewId).OrderBy(account => account.AccountId)
            .Select(account => new { account.AccountId, account.Fingerprint }).AsAsyncEnumerable().WithCancellation(cancellationToken))
            hash.AppendData(Encoding.UTF8.GetBytes($"{account.AccountId}\n{account.Fingerprint}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    async Task CheckAsync(ConsumeContext context, RunPreview check, Guid looked, CancellationToken cancellationToken)
    {
        var (before, now) = (Rows(looked), Rows(check.PreviewId));
        var changed = await before.Where(was => !now.Any(isNow => isNow.AccountId == was.AccountId && isNow.Fingerprint == was.Fingerprint))
            .Select(was => was.AccountId)
            .Union(now.Where(isNow => !before.Any(was => was.AccountId == isNow.AccountId)).Select(isNow => isNow.AccountId))
            .OrderBy(id => id).ToListAsync(cancellationToken);
        if (changed.Count == 0 || check.AcceptChanges)
        {
            check.State = PreviewState.Confirmed;
            await context.Publish(new BeginRun(RunState.IdOf(check.PeriodText), check.PeriodText, check.RequestedBy, check.PreviewId), cancellationToken);
            return;
        }

        var seen = await db.Previews.AsNoTracking().SingleAsync(one => one.PreviewId == looked, cancellationToken);
        check.State = PreviewState.HeldBack;
        check.Reason = $"{changed.Count} accounts would be treated otherwise than previewed.";
        await audit.WriteAsync(audit.Entry(null, AuditSubject.Run, check.PeriodText, "held back", check.Reason, by: check.RequestedBy), cancellationToken);
        await context.Publish(new MonthCloseHeldBack
        {
            Period = check.PeriodText,
            CommitToken = seen.Token!,
            Accounts = changed.Count,
            Changes = await ChangesAsync(seen, check, changed, cancellationToken),
            RequestedBy = check.RequestedBy,
            HeldBackAt = check.ReadyAt!.Value
        }, cancellationToken);
    }

    async Task<WhatChanged[]> ChangesAsync(RunPreview seen, RunPreview check, List<string> changed, CancellationToken cancellationToken)
    {
        var oldBook = await prices.OfRunAsync(db, seen.PriceVersion, cancellationToken);
        var newBook = await prices.OfRunAsync(db, check.PriceVersion, cancellationToken);
        var set = await db.Prices.AsNoTracking().Where(price => price.Version > seen.PriceVersion && price.Version <= check.PriceVersion)
            .Select(price => new { price.PriceCode, price.Currency }).Distinct()
            .OrderBy(price => price.PriceCode).ThenBy(price => price.Currency).Take(MostNamed).ToListAsync(cancellationToken);
        var codes = set.Select(price => price.PriceCode).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. set.Select(price => PreviewDifference.OfPrice(
                    oldBook.Find(price.PriceCode, price.Currency) is { } old && old.Version <= seen.PriceVersion ? old : null,
                    newBook.Find(price.PriceCode, price.Currency)!))
                .Concat(await OfAccountsAsync(seen, check, changed, codes, cancellationToken)).Take(MostNamed)
        ];
    }

    /// <summary>A price may change every account of the month: one that changed by more than a price comes first, or it would be lost among them.</summary>
    async Task<IEnumerable<WhatChanged>> OfAccountsAsync(
        RunPreview seen, RunPreview check, List<string> changed, HashSet<string> codes, CancellationToken cancellationToken)
    {
        var (first, byPrice) = (new List<WhatChanged>(), new List<WhatChanged>());
        foreach (var ids in changed.Chunk(AtATime))
        {
            var was = await OfAsync(seen, ids);
            var isNow = await OfAsync(check, ids);
            foreach (var id in ids)
            {
                var (before, after) = (was.GetValueOrDefault(id), isNow.GetValueOrDefault(id));
                var into = PreviewDifference.IsByPriceAlone(before, after, codes) ? byPrice : first;
                if (into.Count < MostNamed)
                    into.AddRange(PreviewDifference.Of(before, after));
            }

            if (first.Count >= MostNamed)
                break;
        }

        return first.Concat(byPrice);

        Task<Dictionary<string, PreviewedAccount>> OfAsync(RunPreview preview, string[] ids) =>
            Rows(preview.PreviewId).Where(account => ids.Contains(account.AccountId))
                .ToDictionaryAsync(account => account.AccountId, StringComparer.Ordinal, cancellationToken);
    }

    IQueryable<PreviewedAccount> Rows(Guid previewId) => db.PreviewedAccounts.AsNoTracking().Where(account => account.PreviewId == previewId);

    async Task<MonthClosePreviewed> SummaryAsync(RunPreview preview, CancellationToken cancellationToken)
    {
        var currencies = await PreviewTotalsReader.ByCurrencyAsync(db, preview.PreviewId, cancellationToken);
        var counts = await PreviewTotalsReader.CountAsync(db, preview.PreviewId, cancellationToken);
        return new MonthClosePreviewed
        {
            PreviewId = preview.PreviewId,
            Period = preview.PeriodText,
            CommitToken = preview.Token!,
            Accounts = preview.Accounts,
            Billed = counts.Billed,
            Parked = counts.Parked,
            New = counts.New,
            Gone = counts.Gone,
            Changed = counts.Changed,
            Outliers = counts.Outliers,
            Totals = currencies,
            PreviewedAt = preview.ReadyAt!.Value
        };
    }
}
