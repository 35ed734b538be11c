using Billing.Contracts.MonthClose.V1;
using NodaTime;

namespace Billing.SampleData;

/// <summary>
/// One month of a made-up business, the same for the same period and seed wherever and whenever it is made. Account
/// number n is the same in a month of 240 as in one of a million, so any length can be streamed.
/// </summary>
public sealed class SampleMonth(YearMonth period, long seed = 1)
{
    public const int DefaultAccounts = 240;

    /// <summary>So far behind UTC is the westernmost time zone.</summary>
    static readonly TimeSpan LastZone = TimeSpan.FromHours(12);

    // Weighted by repetition: most pay in dollars.
    static readonly string[] Currencies = ["USD", "USD", "USD", "USD", "USD", "EUR", "EUR", "EUR", "JPY", "KWD"];
    static readonly string[] Zones = ["UTC", "America/Los_Angeles", "Pacific/Auckland"];
    static readonly string[] Trades = ["Bakery", "Books", "Cycles", "Dental", "Farm", "Films", "Freight", "Garden", "Glass", "Hotel", "Labs", "Law", "Maps",
        "Press", "Tools", "Travel"];
    static readonly string[] Families = ["Abara", "Bergström", "Çelik", "Duarte", "Eriksen", "Fontaine", "García", "Horváth", "Ito", "Janssen", "Kowalski",
        "Lindqvist", "Müller", "Nakamura", "O'Neill", "Petrov"];

    public YearMonth Period { get; } = period;

    /// <summary>
    /// The last month that is over for every account, wherever it is: only such a month can be closed. On the first day of a month that is the one before the
    /// last, until noon in UTC.
    /// </summary>
    public static YearMonth LastOver(DateTimeOffset now)
    {
        var there = now.ToUniversalTime() - LastZone;
        return new YearMonth(there.Year, there.Month).PlusMonths(-1);
    }

    /// <summary>The first <paramref name="count"/> accounts: every nasty one, then ordinary ones.</summary>
    public IEnumerable<SampleAccount> Accounts(int count = DefaultAccounts)
    {
        var nasty = NastyAccounts.All(new UsageWriter(Period), Period);
        if (count < nasty.Count)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A sample month holds {nasty.Count} nasty accounts and needs at least as many.");
        for (var i = 0; i < count; i++)
            yield return i < nasty.Count ? nasty[i] : Ordinary(i - nasty.Count + 1);
    }

    SampleAccount Ordinary(int number)
    {
        var dice = new Dice(seed, number);
        var account = new RegisterAccount
        {
            AccountId = $"account-{number:00000}",
            Name = $"{dice.Pick(Families)} {dice.Pick(Trades)}{(dice.Roll(8) == 0 ? ", Inc." : "")}",
            Currency = dice.Pick(Currencies),
            TimeZone = dice.Pick(Zones),
            Email = $"billing@account-{number:00000}.example",
            PaymentMethod = $"pm_ok_{number:00000}",
            ManualPayment = false,
            FeePriceCode = dice.Roll(3) switch { 0 => SamplePrices.BasicPlan, 1 => SamplePrices.ProPlan, _ => null },
            AnchorDay = 1
        };
        return new SampleAccount { Account = SampleTaxes.In(account, number), Usage = Usage(account, ref dice) };
    }

    List<UsageRecord> Usage(RegisterAccount account, ref Dice dice)
    {
        var usage = new UsageWriter(Period).For(account);
        // One machine that runs all month: above every gateway's minimum by itself.
        usage.Hours(dice.Roll(4) == 0 ? SamplePrices.LargeMachine : SamplePrices.SmallMachine, "machine-1", 1, 0, usage.DaysInMonth + 1, 0);
        if (dice.Roll(2) == 0)
            usage.Hours(SamplePrices.SmallMachine, "machine-2", dice.Between(1, 10), dice.Roll(24), dice.Between(12, 28), dice.Roll(24),
                minutes: dice.Roll(60));
        for (var i = dice.Between(1, 2); i > 0; i--)
            usage.Units(SamplePrices.Storage, dice.Between(1, 400_000) / 1000m, dice.Between(1, 28), dice.Roll(24));
        for (var i = dice.Between(2, 3); i > 0; i--)
            usage.Units(SamplePrices.Requests, dice.Between(100, 90_000), dice.Between(1, 28), dice.Roll(24));
        for (var i = dice.Between(1, 2); i > 0; i--)
            usage.Units(SamplePrices.Transfer, dice.Between(1, 90_000) / 100m, dice.Between(1, 28), dice.Roll(24));
        usage.Units(SamplePrices.Chat, dice.Between(1, 5), dice.Between(1, 28), dice.Roll(24));
        return usage.Records;
    }
}
