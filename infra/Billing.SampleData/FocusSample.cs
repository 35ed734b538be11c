using NodaTime;

namespace Billing.SampleData;

/// <summary>A small cost-and-usage file in the columns of FOCUS 1.0, with what real ones hold: NULL, credits, adjustments, many decimals.</summary>
static class FocusSample
{
    static readonly string[] Columns =
    [
        "AvailabilityZone", "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart",
        "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "CommitmentDiscountCategory",
        "CommitmentDiscountId", "CommitmentDiscountName", "CommitmentDiscountStatus", "CommitmentDiscountType", "ConsumedQuantity", "ConsumedUnit",
        "ContractedCost", "ContractedUnitPrice", "EffectiveCost", "InvoiceIssuerName", "ListCost", "ListUnitPrice", "PricingCategory", "PricingQuantity",
        "PricingUnit", "ProviderName", "PublisherName", "RegionId", "RegionName", "ResourceId", "ResourceName", "ResourceType", "ServiceCategory",
        "ServiceName", "SkuId", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags"
    ];

    static readonly (string Id, string Name, string Currency)[] SubAccounts =
        [("focus-100200300", "Research, \"North\"", "USD"), ("focus-100200301", "Web shop", "USD"), ("focus-100200302", "Fabrik Süd", "EUR"),
            ("focus-100200303", "広告", "JPY")];

    static readonly (string Service, string Category, string Sku, string Unit, decimal Price)[] Services =
    [
        ("Compute", "Compute", "CPU-4", "Hours", 0.0416m),
        ("Object Storage", "Storage", "STD-GB", "GB-Months", 0.0230001m),
        ("Data Transfer", "Networking", "OUT-GB", "GB", 0.09m),
        ("Functions", "Compute", "FN-REQ", "1M Requests", 0.20m)
    ];

    public static IEnumerable<string> Lines(YearMonth period)
    {
        yield return string.Join(',', Columns);
        var dice = new Dice(1, 0);
        foreach (var account in SubAccounts)
        {
            foreach (var (service, category, sku, unit, price) in Services)
                for (var row = 0; row < 3; row++)
                {
                    var day = dice.Between(1, 28);
                    var quantity = dice.Between(1, 2_400_000) / 100_000m;
                    yield return Row(period, account, day, quantity * price, "Usage", null, $"{service}, {sku}, {unit}", service, category, sku, unit, quantity,
                        price, $"res-{dice.Between(1, 3)}");
                }

            yield return Row(period, account, 1, account.Currency == "JPY" ? 4200m : 42m, "Purchase", null, "Support subscription", "Support", "Other",
                "SUP-BUS", "Months", 1m, account.Currency == "JPY" ? 4200m : 42m, null);
            yield return Row(period, account, 15, -0.123456789012345m, "Credit", null, "Promotional credit", "Compute", "Compute", null, null, null, null,
                null);
            yield return Row(period, account, 20, -0.5m, "Usage", "Correction", "Correction of the month before", "Data Transfer", "Networking", "OUT-GB", "GB",
                null, null, null);
            yield return Row(period, account, 28, 1.37m, "Tax", null, "Tax", "Tax", "Other", null, null, null, null, null);
        }

        // Two equal rows are two charges: the provider billed the same hour of two unnamed resources.
        for (var twice = 0; twice < 2; twice++)
            yield return Row(period, SubAccounts[1], 9, 0.0416m, "Usage", null, "Compute, CPU-4, Hours", "Compute", "Compute", "CPU-4", "Hours", 1m, 0.0416m,
                null);
    }

    static string Row(YearMonth period, (string Id, string Name, string Currency) account, int day, decimal cost, string chargeCategory, string? chargeClass,
        string description, string service, string serviceCategory, string? sku, string? unit, decimal? quantity, decimal? price, string? resource)
    {
        var values = Columns.ToDictionary(column => column, object? (_) => "NULL");
        var first = period.OnDayOfMonth(1);
        values["BilledCost"] = values["ContractedCost"] = values["EffectiveCost"] = values["ListCost"] = cost;
        values["BillingAccountId"] = "billing-77";
        values["BillingAccountName"] = "Example Group";
        values["BillingCurrency"] = account.Currency;
        values["BillingPeriodStart"] = Midnight(first);
        values["BillingPeriodEnd"] = Midnight(first.PlusMonths(1));
        values["ChargePeriodStart"] = Midnight(first.PlusDays(day - 1));
        values["ChargePeriodEnd"] = Midnight(first.PlusDays(day));
        values["ChargeCategory"] = chargeCategory;
        values["ChargeClass"] = chargeClass ?? "NULL";
        values["ChargeDescription"] = description;
        values["ChargeFrequency"] = chargeCategory == "Usage" ? "Usage-Based" : "One-Time";
        values["ConsumedQuantity"] = values["PricingQuantity"] = (object?)quantity ?? "NULL";
        values["ConsumedUnit"] = values["PricingUnit"] = unit ?? "NULL";
        values["ContractedUnitPrice"] = values["ListUnitPrice"] = (object?)price ?? "NULL";
        values["InvoiceIssuerName"] = values["ProviderName"] = values["PublisherName"] = "Example Cloud";
        values["PricingCategory"] = chargeCategory is "Usage" or "Purchase" ? "Standard" : "NULL";
        values["RegionId"] = "eu-1";
        values["RegionName"] = "Europe 1";
        values["ResourceId"] = resource ?? "NULL";
        values["ServiceCategory"] = serviceCategory;
        values["ServiceName"] = service;
        values["SkuId"] = values["SkuPriceId"] = sku ?? "NULL";
        values["SubAccountId"] = account.Id;
        values["SubAccountName"] = account.Name;
        values["Tags"] = """{"team":"billing","cost-center":"7"}""";
        return SampleFiles.Line([.. Columns.Select(column => values[column])]);
    }

    static string Midnight(LocalDate day) => $"{day.Year:0000}-{day.Month:00}-{day.Day:00}T00:00:00Z";
}
