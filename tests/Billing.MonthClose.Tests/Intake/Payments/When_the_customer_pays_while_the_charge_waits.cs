using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Tests.House;
using Xunit;

namespace Billing.MonthClose.Tests.Intake.Payments;

public class When_the_customer_pays_while_the_charge_waits(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_take_the_money_once_in_all()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("pays-all"), Sample.Account("pays-a-part"), Sample.Account("pays-too-much"), Sample.Account("waits"));
        await house.UseAsync(Sample.Use("pays-all", 1000), Sample.Use("pays-a-part", 1000), Sample.Use("pays-too-much", 1000), Sample.Use("waits", 1000));

        using (var gate = new Gate<ChargeInvoices>(house.Services))
        {
            await house.TellAsync(new StartMonthClose { Period = "2026-10" });
            await gate.Arrived;     // invoices of 10.00 are issued, the charges wait
            await house.TellAsync(
                Payment("pays-all", 10.00m), Payment("pays-a-part", 4.00m), Payment("pays-too-much", 25.00m),
                Payment("pays-all", 10.00m));   // the same payment, told twice
            await house.HearsAsync<PaymentRecorded>(payment => payment.AccountId == "pays-all");
            await house.HearsAsync<PaymentRecorded>(payment => payment.AccountId == "pays-a-part");
            await house.HearsAsync<PaymentRecorded>(payment => payment.AccountId == "pays-too-much");
        }

        await house.HearsAsync<MonthCloseSucceeded>();
        var taken = (await house.CapturesAsync()).ToDictionary(capture => capture.GetProperty("customer").GetString()!, capture => capture.GetProperty("amount").GetInt64());
        Assert.Equal(new Dictionary<string, long> { ["pays-a-part"] = 600, ["waits"] = 1000 }, taken);

        Assert.Equal(["AlreadyPaid", "AlreadyPaid"], house.Heard<ChargeSkipped>().Select(skipped => skipped.Reason));
        Assert.True((await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "pays-a-part")).Reduced);
        Assert.False((await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "waits")).Reduced);
        Assert.Equal("AlreadyPaid", (await house.AccountAsync("pays-all")).GetProperty("closes")[0].GetProperty("outcome").GetString());
        Assert.Equal("Paid", (await house.AccountAsync("pays-a-part")).GetProperty("invoices")[0].GetProperty("status").GetString());
        Assert.Equal(15.00m, (await house.AccountAsync("pays-too-much")).GetProperty("balance").GetProperty("credit").GetDecimal());
        await house.BooksAgreeAsync("2026-10");
    }

    static RecordPayment Payment(string accountId, decimal amount) =>
        new() { PaymentId = $"transfer-{accountId}", AccountId = accountId, Amount = amount, Currency = "USD" };
}
