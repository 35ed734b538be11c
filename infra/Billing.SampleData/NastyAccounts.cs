using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Seats.V1;
using NodaTime;

namespace Billing.SampleData;

/// <summary>The accounts that a biller gets wrong first, each named for its trouble, each worked out by hand in its comment.</summary>
sealed class NastyAccounts
{
    readonly UsageWriter _month;
    readonly YearMonth _period;
    readonly DateOnly _firstDay;

    NastyAccounts(UsageWriter month, YearMonth period) => (_month, _period, _firstDay) = (month, period, new DateOnly(period.Year, period.Month, 1));

    public static IReadOnlyList<SampleAccount> All(UsageWriter month, YearMonth period)
    {
        var accounts = new NastyAccounts(month, period);
        return [.. accounts.AmountsAndPayment(), .. accounts.DaysOfJoiningAndLeaving(), .. accounts.PricesSeatsAndEdges()];
    }

    SampleAccount[] AmountsAndPayment() =>
    [
        // No usage and no fee: no invoice at all.
        Account("nothing-to-bill"),

        // 3 chats at 0.00: an invoice over 0.00, paid without a gateway.
        Account("zero-total", usage: u => u.Units(SamplePrices.Chat, 3, 5, 10)),

        // 200 GB × 0.021 = 4.20, covered by a credit of 500.00.
        Account("credit-larger-than-invoice", usage: u => u.Units(SamplePrices.Storage, 200, 3, 12)) with { Credit = WelcomeCredit(_period) },

        // 10 GB × 0.021 = 0.21, under the gateway's 0.50: carried to the next month.
        Account("below-minimum", usage: u => u.Units(SamplePrices.Storage, 10, 8, 9)),

        // 50.00 each, to four kinds of trouble at the gateway.
        Account("declined-hard", account: a => a with { PaymentMethod = "pm_declined_hard", FeePriceCode = SamplePrices.ProPlan }),
        Account("declined-soft", account: a => a with { PaymentMethod = "pm_declined_soft", FeePriceCode = SamplePrices.ProPlan }),
        Account("gateway-times-out-after-success",
            account: a => a with { PaymentMethod = "pm_timeout_after_success", FeePriceCode = SamplePrices.ProPlan }),
        Account("no-payment-method", account: a => a with { PaymentMethod = null, FeePriceCode = SamplePrices.ProPlan })
    ];

    SampleAccount[] DaysOfJoiningAndLeaving() =>
    [
        // Left on the 15th: the fee for 15 days of the month, a machine of 14 × 24 h, and no charge afterwards.
        Account("closed-in-mid-month", account: a => a with { FeePriceCode = SamplePrices.ProPlan, ClosedOn = _firstDay.AddDays(14) },
            usage: u => u.Hours(SamplePrices.SmallMachine, "machine-1", 1, 0, 15, 0)),

        // Came on the 16th: the fee from then on.
        Account("joined-in-mid-month", account: a => a with { FeePriceCode = SamplePrices.ProPlan, JoinedOn = _firstDay.AddDays(15) }),

        // Used five days before the month began, told only now: billed with its own date.
        Account("late-usage", usage: u => u.Units(SamplePrices.Storage, 100, -4, 12).Units(SamplePrices.Storage, 100, 4, 12)),

        // A term from the 31st to the 30th of the month after; the last day in a shorter month.
        Account("anchor-31", account: a => a with { FeePriceCode = SamplePrices.BasicPlan, AnchorDay = 31 })
    ];

    SampleAccount[] PricesSeatsAndEdges() =>
    [
        // A GPU has a price in USD only, and this account pays in EUR: parked, and billed once someone sets the price.
        Account("no-price", account: a => a with { Currency = "EUR" },
            usage: u => u.Hours(SamplePrices.Gpu, "gpu-1", 10, 8, 10, 20).Units(SamplePrices.Storage, 50, 10, 8)),

        // 50.00 by bank transfer: an invoice, never a charge.
        Account("manual-payment", account: a => a with { PaymentMethod = null, ManualPayment = true, FeePriceCode = SamplePrices.ProPlan }),

        // 5 seats bought, 8 in use since the 14th: 3 seats are owed.
        Account("seats-owed", account: a => a with { FeePriceCode = SamplePrices.ProPlan }) with { Seats = ThreeSeatsOwed(_month) },

        // 4.20 of storage and a refund of 20.00: -15.80, which becomes account credit.
        Account("negative-total", usage: u => u.Units(SamplePrices.Storage, 200, 3, 12).Rated(-20m, "Credit", "Support", 20, "Goodwill for the outage")),

        // The last evening of the month in Los Angeles is the next month in UTC already, and still belongs to this one.
        Account("month-edge-west", account: a => a with { TimeZone = "America/Los_Angeles" },
            usage: u => u.Units(SamplePrices.Storage, 100, u.DaysInMonth, 23, 59).Units(SamplePrices.Storage, 100, 1, 0)),

        // The first morning of the month in Auckland is still the month before in UTC.
        Account("month-edge-east", account: a => a with { TimeZone = "Pacific/Auckland" },
            usage: u => u.Units(SamplePrices.Storage, 100, 1, 0).Units(SamplePrices.Storage, 100, u.DaysInMonth, 23, 59)),

        // Forty records of one price make one line: 800 GB × 0.021 = 16.80, rounded once and not forty times.
        Account("many-small-records", usage: u =>
        {
            for (var i = 0; i < 40; i++)
                u.Units(SamplePrices.Storage, 0.5m + i, 1 + i % 28, i % 24);
            return u;
        })
    ];

    SampleAccount Account(string id, Func<RegisterAccount, RegisterAccount>? account = null, Func<UsageWriter, UsageWriter>? usage = null)
    {
        var plain = new RegisterAccount
        {
            AccountId = id,
            Name = $"The \"{id}\" Company, Ltd.",
            Currency = "USD",
            TimeZone = "UTC",
            Email = $"billing@{id}.example",
            PaymentMethod = $"pm_ok_{id.Replace('-', '_')}",
            ManualPayment = false,
            AnchorDay = 1
        };
        // the amounts above are worked out where there is no tax
        var whole = account?.Invoke(plain) ?? plain;
        whole = whole.Currency == "USD" ? whole with { Country = "US", Region = "OR" } : whole with { Country = "DE" };
        return new SampleAccount { Account = whole, Usage = usage?.Invoke(_month.For(whole)).Records ?? [] };
    }

    static GrantCredit WelcomeCredit(YearMonth period) => new()
    {
        CreditId = $"welcome-{period.Year:0000}-{period.Month:00}",
        AccountId = "credit-larger-than-invoice",
        Amount = 500m,
        Currency = "USD",
        Reason = "welcome credit"
    };

    static SeatUsageChanged ThreeSeatsOwed(UsageWriter month) => new()
    {
        SubscriptionId = "subscription-seats-owed",
        AccountId = "seats-owed",
        Version = 1,
        Seats = 5,
        SeatsInUse = 8,
        MaxSeatsUsed = 8,
        SeatsOwed = 3,
        AsOf = month.At(14, 6, 0)
    };
}
