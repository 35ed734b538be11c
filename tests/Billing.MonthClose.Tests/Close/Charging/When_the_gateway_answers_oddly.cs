using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Tests.House;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Charging;

public class When_the_gateway_answers_oddly(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_book_a_decline_whose_code_is_longer_than_any_we_know()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("odd") with { PaymentMethod = "pm_odd" });
        await house.UseAsync(Sample.Use("odd", 1000));
        await house.GatewayRulesAsync(new { payment_method = "pm_odd", behaviour = "decline", code = new string('x', 200) });

        var completed = await house.CloseAsync("2026-10");

        Assert.Equal((1, 0), (completed.Closed, completed.Parked));
        Assert.Equal(ChargeState.Failed, await house.AskAsync(db => db.Charges.Select(charge => charge.State).SingleAsync()));
        Assert.Equal(new string('x', 64), (await house.HearsAsync<ChargeFailed>()).Code);
    }
}
