using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Seats.V1;
using Billing.SampleData;
using Billing.Scenarios.House;
using Billing.Testing;
using NodaTime;
using Xunit.Abstractions;

namespace Billing.Scenarios;

/// <summary>
/// Twelve months of the accounts that a biller gets wrong first, in real processes. What each got, paid and was told stands in <c>Year.approved.txt</c>, day by
/// day; whatever changes it has to be looked at there.
/// </summary>
[Trait("Category", "Long"), TakesLong(90)]
public sealed class When_a_year_passes_by_the_test_clock(ITestOutputHelper output)
{
    /// <summary>A leap year that is far enough: a test clock can only be ahead of the real time.</summary>
    const int Year = 2032;

    readonly Diary _diary = new();
    YearHouse _house = null!;

    static IReadOnlyList<SampleAccount> NastyOnes(int month) =>
        [.. new SampleMonth(new YearMonth(Year, month)).Accounts(40).Where(x => !x.Account.AccountId.StartsWith("account-", StringComparison.Ordinal))];

    [Fact]
    public async Task Should_bill_charge_and_tell_as_it_was_approved()
    {
        await using var house = _house = await YearHouse.OpenAsync(At(1, 1, 14));
        var began = TimeProvider.System.GetTimestamp();
        await BeginAsync();
        for (var month = 1; month <= 12; month++)
        {
            await LiveAsync(month);
            await UseAsync(month);
            await house.UntilAsync(At(month + 1, 1, 14));
        }

        await house.UntilAsync(At(13, 31, 0));
        var text = await _diary.WriteAsync(house, [.. NastyOnes(1).Select(x => x.Account.AccountId), "yen", "dinar"]);
        output.WriteLine($"twelve months in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
        Check(text);
        Assert.Equal(0, await house.UnreconciledAsync());
    }

    async Task BeginAsync()
    {
        await _house.SayAsync([.. SamplePrices.All]);
        var nasty = NastyOnes(1);
        await _house.SayAsync(new RegisterAccounts { Accounts = [.. nasty.Select(x => x.Account), Plain("yen", "JPY"), Plain("dinar", "KWD")] });
        await _house.KnowsAsync(nasty.Count + 2);       // credit for somebody whom nobody knows is refused
        await _house.SayAsync([.. nasty.Select(x => x.Seats).OfType<object>(), .. nasty.Select(x => x.Credit).OfType<object>()]);
    }

    static RegisterAccount Plain(string id, string currency) => new()
    {
        AccountId = id,
        Name = $"The {id} company",
        Currency = currency,
        TimeZone = "UTC",
        Email = $"billing@{id}.example",
        PaymentMethod = $"pm_ok_{id}",
        ManualPayment = false,
        FeePriceCode = SamplePrices.BasicPlan,
        AnchorDay = 1,
    };

    /// <summary>What was used in the month is told when it is over. Whoever left uses nothing, and what he used before is told two months late.</summary>
    async Task UseAsync(int month)
    {
        await _house.UntilAsync(At(month + 1, 1, 11));
        var used = NastyOnes(month).Where(x => month == 1 || x.Account.AccountId != "closed-in-mid-month").SelectMany(x => x.Usage)
            .Concat(Extra(month, "yen", 1234.5m)).Concat(Extra(month, "dinar", 77.7m));
        await _house.SayAsync(new RecordUsage { Records = [.. used] });
    }

    static IEnumerable<UsageRecord> Extra(int month, string account, decimal quantity)
    {
        yield return new UsageRecord
        {
            UsageId = $"{account}/{month}",
            AccountId = account,
            PriceCode = SamplePrices.Transfer,
            Quantity = quantity + month,
            StartedAt = At(month, 3, 12),
            EndedAt = At(month, 3, 12),
        };
    }

    /// <summary>What people do in the month, each on its day.</summary>
    async Task LiveAsync(int month)
    {
        foreach (var (day, account, what, message) in Plan(month))
        {
            await _house.UntilAsync(At(month, day, 9));
            if (account.Length > 0)
                _diary.Told(account, At(month, day, 9), $"TOLD: {what}");
            await _house.SayAsync(message);
        }
    }

    static IEnumerable<(int Day, string Account, string What, object Message)> Plan(int month) => month switch
    {
        2 => [(10, "gateway-times-out-after-success", "another card", Card("gateway-times-out-after-success", "pm_ok_steady"))],
        3 =>
        [
            (4, "declined-hard", "another card", Card("declined-hard", "pm_ok_again")),
            (10, "no-payment-method", "a card at last", Card("no-payment-method", "pm_ok_first")),
            (25, "declined-soft", "100.00 by transfer", Payment("declined-soft", "march", 100m)),
        ],
        4 =>
        [
            (5, "manual-payment", "50.00 by transfer, for a bill of three", Payment("manual-payment", "april", 50m)),
            (8, "no-price", "a price for what it uses", new SetPrice
            {
                PriceCode = SamplePrices.Gpu, Currency = "EUR", Description = "GPU machine, hours", Model = "hourly", UnitPrice = 2.2m, MonthlyCapHours = 672
            }),
            (8, "no-price", "March is taken up again", new UnparkAccounts { Period = $"{Year}-03", ReasonCode = "PriceMissing" }),
            (20, "joined-in-mid-month", "AutoInvoicingOff", Tags("joined-in-mid-month", "AutoInvoicingOff")),
        ],
        5 => [(5, "manual-payment", "250.00 by transfer, more than it owes", Payment("manual-payment", "may", 250m))],
        6 =>
        [
            (10, "joined-in-mid-month", "no tags", Tags("joined-in-mid-month")),
            (14, "seats-owed", "8 seats bought, 9 in use", Seats(2, 8, 9, 1, At(6, 14, 8))),
            (20, "declined-soft", "another card", Card("declined-soft", "pm_ok_better")),
        ],
        7 => [(1, "", "", new SetPrice
        {
            PriceCode = SamplePrices.ProPlan, Currency = "USD", Description = "Pro plan, monthly fee", Model = "unit", UnitPrice = 55m
        })],
        8 => [(12, "many-small-records", "a credit of 30.00", Credit("many-small-records", "august", 30m))],
        9 =>
        [
            (3, "anchor-31", "a card that is stolen", Card("anchor-31", "pm_declined_hard")),
            (9, "month-edge-east", "held by hand", new PlaceHold { AccountId = "month-edge-east", Reason = "suspected fraud", RequestedBy = "jane" }),
            (16, "month-edge-east", "the hold is lifted", new LiftHold { AccountId = "month-edge-east", Reason = "it was none", RequestedBy = "jane" }),
        ],
        10 => [(6, "anchor-31", "a good card", Card("anchor-31", "pm_ok_again"))],
        11 => [(20, "late-usage", "leaves at the end of the month",
            NastyOnes(1).Single(x => x.Account.AccountId == "late-usage").Account with { ClosedOn = new DateOnly(Year, 11, 30) })],
        _ => []
    };

    static ChangePaymentMethod Card(string account, string method) => new() { ChangeId = $"{account}:{method}", AccountId = account, PaymentMethod = method };

    static RecordPayment Payment(string account, string id, decimal amount) =>
        new() { PaymentId = $"{account}-{id}", AccountId = account, Amount = amount, Currency = "USD" };

    static SetControlTags Tags(string account, params string[] tags) => new() { AccountId = account, Tags = tags, Reason = "asked for it" };

    static GrantCredit Credit(string account, string id, decimal amount) =>
        new() { CreditId = $"{account}-{id}", AccountId = account, Amount = amount, Currency = "USD", Reason = "goodwill" };

    static SeatUsageChanged Seats(int version, int seats, int inUse, int owed, DateTimeOffset asOf) => new()
    {
        SubscriptionId = "subscription-seats-owed",
        AccountId = "seats-owed",
        Version = version,
        Seats = seats,
        SeatsInUse = inUse,
        MaxSeatsUsed = inUse,
        SeatsOwed = owed,
        AsOf = asOf
    };

    /// <summary>Month 13 is January of the next year.</summary>
    static DateTimeOffset At(int month, int day, int hour) => new DateTimeOffset(Year, 1, 1, hour, 0, 0, TimeSpan.Zero).AddMonths(month - 1).AddDays(day - 1);

    static void Check(string text)
    {
        var approved = ReadmeExamples.PathOf("tests/Billing.Scenarios/Year.approved.txt");
        if (File.Exists(approved) && File.ReadAllText(approved) == text)
            return;
        File.WriteAllText(approved.Replace("approved", "received", StringComparison.Ordinal), text);
        Assert.Fail("The diary differs from what was approved: compare Year.received.txt with Year.approved.txt.");
    }
}
