using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Seats.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

public class When_things_change_while_a_month_closes(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]      // price edited during the close, late usage, the account closed in mid-close
    public async Task Should_bill_what_was_true_when_it_began_and_the_rest_next_month()
    {
        await house.SetPricesAsync(Sample.ApiCalls, Sample.Seat);
        await house.RegisterAsync(Sample.Account("acme"), Sample.Account("leaves"));
        await house.UseAsync(Sample.Use("acme", 1000), Sample.Use("leaves", 1000));
        // 17 October: a tenth seat where nine were bought; told twice, and an older count after it
        await house.TellAsync(Seats(2, 1, "2026-10-17T09:00:00Z"), Seats(2, 1, "2026-10-17T09:00:00Z"), Seats(1, 0, "2026-10-01T00:00:00Z"));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.SeatLevels.CountAsync()), count => count == 2, "the seats are known");

        using (var gate = new Gate<IssueInvoices>(house.Services))
        {
            await house.TellAsync(new StartMonthClose { Period = "2026-10" });
            await gate.Arrived;
            await house.SetPricesAsync(Sample.ApiCalls with { UnitPrice = 99m });
        }

        using (var gate = new Gate<ChargeInvoices>(house.Services))
        {
            await gate.Arrived;
            await house.TellAsync(new RegisterAccounts { Accounts = [Sample.Account("leaves") with { ClosedOn = new DateOnly(2026, 10, 31) }] });
            await house.HearsAsync<AccountRegistered>(told => told is { AccountId: "leaves", Version: 2 });
            await house.UseAsync(Sample.Use("acme", 500, on: "2026-10-31T23:00:00Z", id: "late"), Sample.Use("acme", 500, on: "2026-10-31T23:00:00Z", id: "late"));
        }

        // 1000 × 0.01, and a seat for 15 of 31 days: 10.00 + 9.68
        await house.HearsAsync<MonthCloseSucceeded>(done => done.Period == "2026-10");
        Assert.Equal(19.68m, (await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "acme")).Amount);
        Assert.Equal("AccountClosed", (await house.HearsAsync<ChargeSkipped>(skipped => skipped.AccountId == "leaves")).Reason);

        // November: the late record at the price of October's run, with October's dates; the seat for the whole month
        house.Clock.Advance(TimeSpan.FromDays(30));
        await house.CloseAsync("2026-11");
        var november = (await house.AccountAsync("acme")).GetProperty("invoices")[1];
        Assert.Equal(5.00m + 20.00m, november.GetProperty("total").GetDecimal());
        var late = november.GetProperty("lines").EnumerateArray().Single(line => line.GetProperty("kind").GetString() == "adjustment");
        Assert.Equal(("2026-10-31", "1500 × 0.01 − 10 billed before"), (late.GetProperty("firstDay").GetString(), late.GetProperty("formula").GetString()));
        await house.BooksAgreeAsync("2026-10");
        await house.BooksAgreeAsync("2026-11");
    }

    static SeatUsageChanged Seats(int version, int owed, string asOf) => new()
    {
        SubscriptionId = "sub-1",
        AccountId = "acme",
        Version = version,
        Seats = 9,
        SeatsInUse = 9 + owed,
        MaxSeatsUsed = 9 + owed,
        SeatsOwed = owed,
        AsOf = DateTimeOffset.Parse(asOf)
    };
}
