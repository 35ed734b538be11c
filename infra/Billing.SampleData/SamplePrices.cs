using Billing.Contracts.MonthClose.V1;

namespace Billing.SampleData;

/// <summary>The price list of the sample month: every model, in currencies of two, no and three decimals.</summary>
public static class SamplePrices
{
    public const string Storage = "storage-gb";
    public const string SmallMachine = "vm-small";
    public const string LargeMachine = "vm-large";
    public const string Requests = "api-requests";
    public const string Transfer = "transfer-gb";
    public const string BasicPlan = "plan-basic";
    public const string ProPlan = "plan-pro";
    public const string Seat = "seat";
    public const string Chat = "support-chat";

    /// <summary>Priced in USD only: an account in another currency that uses it must be parked.</summary>
    public const string Gpu = "gpu-hour";

    // What one US dollar is on this price list; made up, and round enough to be checked by hand.
    static readonly (string Currency, decimal Rate)[] Currencies = [("USD", 1m), ("EUR", 0.92m), ("JPY", 150m), ("KWD", 0.3m)];

    public static IReadOnlyList<SetPrice> All { get; } = [.. Currencies.SelectMany(In), Hourly(Gpu, "GPU machine, hours", "USD", 2.475m)];

    static IEnumerable<SetPrice> In((string Currency, decimal Rate) money)
    {
        var (currency, rate) = money;
        yield return Unit(Storage, "Object storage, GB-months", currency, 0.021m * rate);
        yield return Hourly(SmallMachine, "Small machine, hours", currency, 0.0125m * rate);
        yield return Hourly(LargeMachine, "Large machine, hours", currency, 0.119m * rate);
        yield return Tiered(Requests, "API requests", "graduated", currency,
            new PriceTier { UpTo = 1_000, UnitPrice = 0m },
            new PriceTier { UpTo = 100_000, UnitPrice = 0.0002m * rate },
            new PriceTier { UnitPrice = 0.00015m * rate, FlatPrice = 5m * rate });
        yield return Tiered(Transfer, "Data transfer, GB", "volume", currency,
            new PriceTier { UpTo = 100, UnitPrice = 0.09m * rate },
            new PriceTier { UpTo = 1_000, UnitPrice = 0.07m * rate },
            new PriceTier { UnitPrice = 0.05m * rate });
        yield return Unit(BasicPlan, "Basic plan, monthly fee", currency, 10m * rate);
        yield return Unit(ProPlan, "Pro plan, monthly fee", currency, 50m * rate);
        yield return Unit(Seat, "Seat above the seats bought, month", currency, 20m * rate);
        yield return Unit(Chat, "Support chat, free of charge", currency, 0m);
    }

    static SetPrice Unit(string code, string description, string currency, decimal price) =>
        new() { PriceCode = code, Currency = currency, Description = description, Model = "unit", UnitPrice = price };

    static SetPrice Hourly(string code, string description, string currency, decimal price) =>
        new() { PriceCode = code, Currency = currency, Description = description, Model = "hourly", UnitPrice = price, MonthlyCapHours = 672 };

    static SetPrice Tiered(string code, string description, string model, string currency, params PriceTier[] tiers) =>
        new() { PriceCode = code, Currency = currency, Description = description, Model = model, Tiers = tiers };
}
