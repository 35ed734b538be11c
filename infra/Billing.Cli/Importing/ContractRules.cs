using Billing.Contracts;
using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Texts;
using NodaTime;

namespace Billing.Cli.Importing;

/// <summary>What the contracts say of their fields beyond the type, so that a mistake is told where it was made. The services check again.</summary>
public static class ContractRules
{
    /// <summary>What the books hold of a quantity, and of a price or a cost.</summary>
    const string QuantityPrecision = "at most 15 digits before the point and 12 behind it";
    const string CostPrecision = "at most 9 digits before the point and 18 behind it";

    static readonly string[] Models = ["unit", "hourly", "graduated", "volume"];
    static readonly string[] Categories = ["Usage", "Purchase", "Credit", "Adjustment", "Tax"];

    public static IEnumerable<Fault> Check(object message) => message switch
    {
        RegisterAccount account => Account(account),
        RegisterAccounts { Accounts.Length: 0 or > 1_000 } many => [new Fault("Accounts", $"{many.Accounts.Length} accounts", "1 to 1,000 accounts")],
        RegisterAccounts many =>
            many.Accounts.SelectMany((account, i) => Account(account).Select(fault => fault with { Field = $"Accounts[{i}].{fault.Field}" })),
        UsageRecord usage => Usage(usage),
        RecordUsage { Records.Length: 0 or > 1_000 } many => [new Fault("Records", $"{many.Records.Length} records", "1 to 1,000 records")],
        RecordUsage many => many.Records.SelectMany((record, i) => Usage(record).Select(fault => fault with { Field = $"Records[{i}].{fault.Field}" })),
        SetPrice price => Price(price),
        SetTaxRate rate => Rate(rate),
        GrantCredit credit => Credit(credit),
        StartMonthClose start => Period(start.Period),
        CancelMonthClose cancel => Period(cancel.Period),
        UnparkAccounts unpark => Period(unpark.Period),
        _ => SeatRules.Check(message)
    };

    static IEnumerable<Fault> Account(RegisterAccount a)
    {
        foreach (var fault in AccountId(a.AccountId).Concat(Currency(nameof(a.Currency), a.Currency)))
            yield return fault;
        if (a.Name.Length is 0 or > 200)
            yield return new Fault(nameof(a.Name), a.Name, "1 to 200 characters");
        if (a.TimeZone is { } zone && DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null)
            yield return new Fault(nameof(a.TimeZone), zone, "an IANA time zone such as America/Los_Angeles");
        if (a.Email is { } email && MailAddress.ToAscii(email) is null)
            yield return new Fault(nameof(a.Email), email, "one e-mail address");
        if (a.Country is { } country && !IsCountry(country))
            yield return new Fault(nameof(a.Country), country, Countries);
        if (a.AnchorDay is < 1 or > 31)
            yield return new Fault(nameof(a.AnchorDay), $"{a.AnchorDay}", "a day of the month, 1 to 31");
        if (a.ClosedOn < a.JoinedOn)
            yield return new Fault(nameof(a.ClosedOn), $"{a.ClosedOn:yyyy-MM-dd}", $"a day not before the first billed one, {a.JoinedOn:yyyy-MM-dd}");
    }

    const string Countries = "an ISO 3166-1 code of two capital letters, such as DE";

    static bool IsCountry(string code) => code is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'];

    static IEnumerable<Fault> Rate(SetTaxRate r)
    {
        if (!IsCountry(r.Country))
            yield return new Fault(nameof(r.Country), r.Country, Countries);
        if (r.Name.Length is 0 or > 100)
            yield return new Fault(nameof(r.Name), r.Name, "1 to 100 characters");
        if (r.Rate is not (>= 0 and <= 1) || decimal.Round(r.Rate.Value, 6) != r.Rate)
            yield return new Fault(nameof(r.Rate), $"{r.Rate}", "a fraction from 0 to 1 with at most six decimals: 0.19 is 19 %");
    }

    static IEnumerable<Fault> Usage(UsageRecord u)
    {
        foreach (var fault in AccountId(u.AccountId))
            yield return fault;
        if (!ExternalId.IsValid(u.UsageId))
            yield return new Fault(nameof(u.UsageId), u.UsageId, ExternalId.Expected);
        if (u.PriceCode is null && u.Cost is null)
            yield return new Fault(nameof(u.PriceCode), null, "a price code, or a cost that was rated elsewhere");
        if (u.PriceCode is { } code && u.Cost is not null)
            yield return new Fault(nameof(u.PriceCode), code, "none, because the record brings its own cost");
        if (u.PriceCode is { Length: 0 or > 64 } wrong)
            yield return new Fault(nameof(u.PriceCode), wrong, "1 to 64 characters");
        if (u.Cost is null && u.Quantity < 0)
            yield return new Fault(nameof(u.Quantity), $"{u.Quantity}", "zero or more");
        if (!FitsQuantity(u.Quantity))
            yield return new Fault(nameof(u.Quantity), $"{u.Quantity}", QuantityPrecision);
        if (u.Cost is { } cost && !FitsCost(cost))
            yield return new Fault(nameof(u.Cost), $"{cost}", CostPrecision);
        if (u.Cost is not null && u.Currency is null)
            yield return new Fault(nameof(u.Currency), null, "the currency of the cost");
        if (u.Currency is { } currency)
            foreach (var fault in Currency(nameof(u.Currency), currency))
                yield return fault;
        if (u.Category is { } category && !Categories.Contains(category))
            yield return new Fault(nameof(u.Category), category, string.Join(", ", Categories));
        if (u.EndedAt < u.StartedAt)
            yield return new Fault(nameof(u.EndedAt), $"{u.EndedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}",
                $"an instant not before the start, {u.StartedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}");
    }

    static IEnumerable<Fault> Price(SetPrice p)
    {
        foreach (var fault in Currency(nameof(p.Currency), p.Currency))
            yield return fault;
        if (p.PriceCode.Length is 0 or > 64)
            yield return new Fault(nameof(p.PriceCode), p.PriceCode, "1 to 64 characters");
        if (p.Description.Length is 0 or > 200)
            yield return new Fault(nameof(p.Description), p.Description, "1 to 200 characters");
        if (!Models.Contains(p.Model))
            yield return new Fault(nameof(p.Model), p.Model, string.Join(", ", Models));
        if (p.Model is "unit" or "hourly" && p.UnitPrice is null or < 0)
            yield return new Fault(nameof(p.UnitPrice), $"{p.UnitPrice}", $"zero or more, for the model {p.Model}");
        if (p.MonthlyCapHours is < 1 or > 744)
            yield return new Fault(nameof(p.MonthlyCapHours), $"{p.MonthlyCapHours}", "1 to 744 hours");
        if (p.Model is "graduated" or "volume")
            foreach (var fault in Tiers(p.Tiers))
                yield return fault;
    }

    static IEnumerable<Fault> Tiers(PriceTier[]? tiers)
    {
        if (tiers is not { Length: > 0 })
        {
            yield return new Fault("Tiers", null, "at least one tier");
            yield break;
        }

        for (var i = 0; i < tiers.Length; i++)
        {
            if (i == tiers.Length - 1 ? tiers[i].UpTo is not null : tiers[i].UpTo is null || tiers[i].UpTo <= (i == 0 ? 0 : tiers[i - 1].UpTo))
                yield return new Fault($"Tiers[{i}].UpTo", $"{tiers[i].UpTo}", i == tiers.Length - 1 ? "nothing, because the last tier is open above"
                    : "more than the tier before");
            if (tiers[i].UnitPrice < 0)
                yield return new Fault($"Tiers[{i}].UnitPrice", $"{tiers[i].UnitPrice}", "zero or more");
            if (tiers[i].FlatPrice < 0)
                yield return new Fault($"Tiers[{i}].FlatPrice", $"{tiers[i].FlatPrice}", "zero or more");
        }
    }

    static IEnumerable<Fault> Credit(GrantCredit c)
    {
        foreach (var fault in AccountId(c.AccountId).Concat(Currency(nameof(c.Currency), c.Currency)))
            yield return fault;
        if (c.Amount <= 0)
            yield return new Fault(nameof(c.Amount), $"{c.Amount}", "more than zero");
    }

    static bool FitsQuantity(decimal value) => Math.Abs(value) < 1_000_000_000_000_000m && decimal.Round(value, 12) == value;

    static bool FitsCost(decimal value) => Math.Abs(value) < 1_000_000_000m && decimal.Round(value, 18) == value;

    static IEnumerable<Fault> AccountId(string id) =>
        ExternalId.IsValid(id) ? [] : [new Fault("AccountId", id, ExternalId.Expected)];

    static IEnumerable<Fault> Currency(string field, string code) =>
        code.Length == 3 && code.All(char.IsAsciiLetterUpper) ? [] : [new Fault(field, code, "an ISO 4217 code such as USD")];

    static IEnumerable<Fault> Period(string period) =>
        CliPeriod.Read(period) is null ? [new Fault("Period", period, "a month such as 2026-10")] : [];
}
