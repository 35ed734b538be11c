using Billing.MonthClose.Books.Amounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace Billing.MonthClose.Books.Taxes;

/// <summary>All rates that were told, by place and category.</summary>
public sealed class TaxTable
{
    public static readonly TaxAnswer WithoutCountry = TaxAnswer.Cannot(TaxProblem.NoCountry,
        "Nobody has told its country, so its tax is not known. Tell it with RegisterAccount, then unpark the account.");

    readonly Dictionary<(string Country, string? Region, string Category), List<TaxRate>> _rates;

    public TaxTable(IEnumerable<TaxRate> rates) =>
        _rates = rates.GroupBy(rate => (rate.Country, rate.Region, rate.Category)).ToDictionary(one => one.Key, one => one.ToList());

    /// <summary>The rate of the region, else that of the whole country. Of several for one place the last to begin is in force, as it was last told.</summary>
    // told      19 % from 2007-01-01        16 % from 2020-07-01        19 % from 2021-01-01
    //           |---------------------------|---------------------------|------------------->
    public TaxRate? Find(string country, string? region, string category, DateOnly day) =>
        (region is null ? null : InForce(country, region, category, day)) ?? InForce(country, null, category, day);

    TaxRate? InForce(string country, string? region, string category, DateOnly day) =>
        _rates.GetValueOrDefault((country, region, category))?.Where(rate => rate.ValidFrom <= day)
            .OrderByDescending(rate => rate.ValidFrom).ThenByDescending(rate => rate.Version).FirstOrDefault();

    /// <summary>Facts in, decision out: the tax of each line, rounded by line, half away from zero, to the currency's minor unit.</summary>
    public TaxAnswer Decide(TaxRequest request)
    {
        var buyer = request.Particulars;
        if (buyer.Country is not { } country)
            return WithoutCountry;
        var taxes = new List<LineTax>(request.Lines.Count);
        foreach (var line in request.Lines)
            if (IsExempt(buyer, line.Day))
                taxes.Add(new LineTax(TaxTreatment.Exempt, 0, $"Exempt, certificate {buyer.Exemption}", 0));
            else if (Find(country, buyer.Region, line.Category, line.Day) is { } rate)
                taxes.Add(Of(rate, buyer, line.Amount, request.Currency));
            else
                return TaxAnswer.Cannot(TaxProblem.NoRate, $"There is no tax rate for \"{line.Category}\" in {country}{(buyer.Region is { } region
                    ? $" ({region})" : "")} on {line.Day:yyyy-MM-dd}. Set one with SetTaxRate, zero included, then unpark the account.");
        return TaxAnswer.Of(taxes);
    }

    /// <summary>The last day of a certificate is covered.</summary>
    static bool IsExempt(TaxParticulars buyer, DateOnly day) => buyer.Exemption is not null && (buyer.ExemptThrough is null || day <= buyer.ExemptThrough);

    static LineTax Of(TaxRate rate, TaxParticulars buyer, decimal amount, string currency) =>
        rate.ReverseCharge && buyer.TaxId is { } taxId ? new LineTax(TaxTreatment.ReverseCharge, 0, $"Reverse charge, {taxId}", 0)
        : rate.Inclusive ? new LineTax(TaxTreatment.Included, rate.Rate, rate.Name, Currencies.Round(amount - amount / (1 + rate.Rate), currency))
        : new LineTax(TaxTreatment.Added, rate.Rate, rate.Name, Currencies.Round(amount * rate.Rate, currency));
}

/// <summary>Computes tax by the rates of <c>SetTaxRate</c>.</summary>
sealed class TableTaxes(MonthCloseDbContext db, IMemoryCache cache) : ITaxCalculator
{
    /// <summary>Long enough for the next chunk to find it.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);

    public bool IsOn => true;

    public async Task<IReadOnlyList<TaxAnswer>> ComputeAsync(IReadOnlyList<TaxRequest> requests, CancellationToken cancellationToken)
    {
        var table = await ReadAsync(cancellationToken);
        return [.. requests.Select(table.Decide)];
    }

    /// <summary>A rate that is set counts for the next chunk: a wrong one is not kept for the rest of a run.</summary>
    async Task<TaxTable> ReadAsync(CancellationToken cancellationToken)
    {
        var newest = await db.TaxRates.MaxAsync(rate => (long?)rate.Version, cancellationToken);
        var key = (nameof(TaxTable), newest);
        if (cache.TryGetValue(key, out TaxTable? known))
            return known!;
        return cache.Set(key, new TaxTable(await db.TaxRates.AsNoTracking().ToListAsync(cancellationToken)), Kept);
    }
}
