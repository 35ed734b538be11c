using Billing.MonthClose.Books.Closes;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Books.Previews;

/// <summary>
/// Holds a run to what was looked at: an account whose invoice would be another one than previewed is parked, and told so. What it would be now is kept, so
/// that unparking it is a person's word for exactly that.
/// </summary>
sealed class PreviewGuard(Guid? previewId, IReadOnlyDictionary<string, PreviewedAccount> previewed)
{
    public const string ReasonCode = "ChangedSincePreview";

    /// <summary>For a run that began unseen.</summary>
    public static readonly PreviewGuard None = new(null, new Dictionary<string, PreviewedAccount>());

    readonly Dictionary<string, PreviewedAccount> _changed = new(StringComparer.Ordinal);

    /// <summary>What is to be kept instead of what was previewed.</summary>
    public IReadOnlyCollection<PreviewedAccount> Changed => _changed.Values;

    /// <summary>The fingerprint of an account that may be billed however it stands: a person who unparks it has looked at it by itself.</summary>
    const string Released = "";

    /// <returns>Null when it is as it was previewed.</returns>
    public string? WhyNot(Drafted drafted)
    {
        var accountId = drafted.Account.AccountId;
        if (previewId is not { } preview
            || (previewed.GetValueOrDefault(accountId) is { } known && (known.Fingerprint == Released || known.Fingerprint == drafted.Fingerprint())))
            return null;
        var before = previewed.GetValueOrDefault(accountId);
        var now = drafted.ToPreviewed(preview, before?.Before, [], 0);
        _changed[accountId] = now;
        return "It would be billed otherwise than previewed: "
            + string.Join("; ", PreviewDifference.Of(before, now)
                .Select(change => $"{change.What} was {change.Before ?? "nothing"}, is {change.After ?? "nothing"}"))
            + ". Unpark it to bill it so.";
    }

    /// <summary>It is parked, as it was previewed, for another reason; when that is mended, its invoice is a new one.</summary>
    public void Release(Drafted drafted)
    {
        if (previewed.GetValueOrDefault(drafted.Account.AccountId) is { } known)
            _changed[known.AccountId] = known with { Fingerprint = Released };
    }
}

sealed class PreviewGuards(MonthCloseDbContext db, IBulkWriter bulk)
{
    public async Task<PreviewGuard> GuardAsync(RunState run, IReadOnlyCollection<string> accountIds, CancellationToken cancellationToken) =>
        run.PreviewId is not { } previewId
            ? PreviewGuard.None
            : new PreviewGuard(previewId, await db.PreviewedAccounts.AsNoTracking()
                .Where(account => account.PreviewId == previewId && accountIds.Contains(account.AccountId))
                .ToDictionaryAsync(account => account.AccountId, StringComparer.Ordinal, cancellationToken));

    /// <summary>Writes down how the parked accounts may be billed from now on.</summary>
    public async Task KeepAsync(PreviewGuard guard, CancellationToken cancellationToken)
    {
        if (guard.Changed.Count == 0)
            return;
        var (previewId, ids) = (guard.Changed.First().PreviewId, guard.Changed.Select(account => account.AccountId).ToList());
        await db.PreviewedAccounts.Where(account => account.PreviewId == previewId && ids.Contains(account.AccountId)).ExecuteDeleteAsync(cancellationToken);
        await bulk.InsertAsync(db, guard.Changed, cancellationToken);
    }
}
