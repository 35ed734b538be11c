using Billing.Contracts.MonthClose.V1;

namespace Billing.SampleData;

/// <summary>The tax rates of the sample month, and where its accounts are: tax that is added, held in prices, reversed, zero, or changed.</summary>
public static class SampleTaxes
{
    static readonly DateOnly LongAgo = new(2000, 1, 1);

    public static IReadOnlyList<SetTaxRate> All { get; } =
    [
        Rate("DE", "VAT 19 %", 0.19m, new DateOnly(2007, 1, 1)),
        Rate("DE", "VAT 16 %", 0.16m, new DateOnly(2020, 7, 1)),
        Rate("DE", "VAT 19 %", 0.19m, new DateOnly(2021, 1, 1)),
        Rate("AT", "VAT 20 %", 0.20m, LongAgo) with { ReverseCharge = true },
        Rate("GB", "VAT 20 %", 0.20m, new DateOnly(2011, 1, 4)) with { Inclusive = true },
        Rate("US", "Sales tax 7.25 %", 0.0725m, new DateOnly(2017, 1, 1)) with { Region = "CA" },
        Rate("US", "No sales tax", 0m, LongAgo) with { Region = "OR" },
        Rate("JP", "Consumption tax 10 %", 0.10m, new DateOnly(2019, 10, 1)),
        Rate("KW", "No VAT", 0m, LongAgo)
    ];

    /// <summary>A place that fits the account's currency. The amounts that are worked out by hand are of Oregon, which takes nothing.</summary>
    internal static RegisterAccount In(RegisterAccount account, int number) => (account.Currency, number % 4) switch
    {
        ("USD", 0) => account with { Country = "GB" },
        ("USD", 1) => account with { Country = "US", Region = "CA" },
        ("USD", 2) => account with { Country = "US", Region = "CA", TaxExemption = $"CERT-{number}", TaxExemptThrough = new DateOnly(2030, 12, 31) },
        ("USD", _) => account with { Country = "US", Region = "OR" },
        ("EUR", 0) => account with { Country = "AT", TaxId = $"ATU{number:00000000}" },
        ("EUR", 1) => account with { Country = "AT" },
        ("EUR", _) => account with { Country = "DE" },
        ("JPY", _) => account with { Country = "JP" },
        _ => account with { Country = "KW" }
    };

    static SetTaxRate Rate(string country, string name, decimal rate, DateOnly from) => new() { Country = country, Name = name, Rate = rate, ValidFrom = from };
}
