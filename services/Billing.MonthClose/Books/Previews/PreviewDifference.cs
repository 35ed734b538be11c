using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Texts;
using Billing.MonthClose.Books.Pricing;

namespace Billing.MonthClose.Books.Previews;

/// <summary>What changed between a preview that was looked at and now, in words that a person can check.</summary>
public static class PreviewDifference
{
    const int LongestText = 400;

    /// <summary>Of one account; empty when it would be treated as it was looked at.</summary>
    public static IEnumerable<WhatChanged> Of(PreviewedAccount? before, PreviewedAccount? after)
    {
        if (before?.Fingerprint == after?.Fingerprint)
            return [];
        var accountId = (before ?? after)!.AccountId;
        if (before is null || after is null)
            return [Change("account", before is null ? null : Shown(before), after is null ? null : Shown(after))];
        List<WhatChanged> changes =
        [
            .. Compared("outcome", Ending(before), Ending(after)),
            .. Lines(before, after),
            .. Compared("credit used", Rating.Plain(before.CreditApplied), Rating.Plain(after.CreditApplied)),
            .. Compared("amount due", Rating.Plain(before.AmountDue), Rating.Plain(after.AmountDue))
        ];
        return changes.Count > 0 ? changes : [Change("invoice", Shown(before), Shown(after))];

        IEnumerable<WhatChanged> Lines(PreviewedAccount before, PreviewedAccount after)
        {
            var (was, isNow) = (Keyed(before), Keyed(after));
            foreach (var key in was.Keys.Union(isNow.Keys).OrderBy(key => key, StringComparer.Ordinal))
                foreach (var change in Compared(key, was.GetValueOrDefault(key), isNow.GetValueOrDefault(key)))
                    yield return change;
        }

        IEnumerable<WhatChanged> Compared(string what, string? was, string? isNow) => was == isNow ? [] : [Change(what, was, isNow)];

        WhatChanged Change(string what, string? was, string? isNow) => new()
        {
            AccountId = accountId,
            What = what.ShortenedTo(LongestText),
            Before = was?.ShortenedTo(LongestText),
            After = isNow?.ShortenedTo(LongestText)
        };
    }

    /// <summary>Whether the account would be treated as it was looked at, had these prices not been set.</summary>
    /// <param name="before">As it was looked at.</param>
    /// <param name="after">As it is now.</param>
    /// <param name="priceCodes">Prices that were set in between.</param>
    public static bool IsByPriceAlone(PreviewedAccount? before, PreviewedAccount? after, IReadOnlySet<string> priceCodes) =>
        before is { ReasonCode: null } && after is { ReasonCode: null } && before.CreditApplied == after.CreditApplied
        && before.Lines.Count == after.Lines.Count && !before.Lines.SequenceEqual(after.Lines)
        && before.Lines.Zip(after.Lines).All(pair => pair.First == pair.Second || IsByPriceAlone(pair.First, pair.Second, priceCodes));

    static bool IsByPriceAlone(PreviewedLine before, PreviewedLine after, IReadOnlySet<string> priceCodes) =>
        before.PriceCode is { } code && priceCodes.Contains(code)
        && before == after with { UnitPrice = before.UnitPrice, Formula = before.Formula, Amount = before.Amount, Tax = before.Tax };

    /// <summary>Of a price that was set in between.</summary>
    public static WhatChanged OfPrice(Price? before, Price after) => new()
    {
        What = $"price {after.PriceCode} in {after.Currency}",
        Before = before is null ? null : Shown(before).ShortenedTo(LongestText),
        After = Shown(after).ShortenedTo(LongestText)
    };

    /// <summary>Lines by what they are for; two of a kind are told apart by their place.</summary>
    static Dictionary<string, string> Keyed(PreviewedAccount account) =>
        account.Lines.GroupBy(line => $"line {line.PriceCode ?? line.Kind} of {line.ServicePeriod / 100:0000}-{line.ServicePeriod % 100:00}")
            .SelectMany(alike => alike.Select((line, at) => (Key: at == 0 ? alike.Key : $"{alike.Key} ({at + 1})", Line: line)))
            .ToDictionary(one => one.Key, one => Shown(one.Line), StringComparer.Ordinal);

    static string Shown(PreviewedLine line) =>
        $"{line.Formula} = {Rating.Plain(line.Amount)}{(line.Tax is { } tax ? $", {tax.Name}: {Rating.Plain(tax.Tax)}" : "")}";

    static string Ending(PreviewedAccount account) => account.ReasonCode is { } reason ? $"parked: {reason}" : account.Outcome?.ToString() ?? "charged";

    static string Shown(PreviewedAccount account) => $"{Ending(account)}, {Rating.Plain(account.Total)} {account.Currency}";

    static string Shown(Price price) =>
        price.Tiers.Count == 0 ? $"{price.Model} {Rating.Plain(price.UnitPrice)}"
        : $"{price.Model} {string.Join(", ", price.Tiers.Select(tier =>
            $"{(tier.UpTo is { } upTo ? $"up to {Rating.Plain(upTo)}" : "above")}: {Rating.Plain(tier.UnitPrice)} + {Rating.Plain(tier.FlatPrice)}"))}";
}
