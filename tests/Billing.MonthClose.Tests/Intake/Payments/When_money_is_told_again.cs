using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.MonthClose.Tests.Intake.Payments;

public class When_money_is_told_again(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]      // the same paymentId with other content
    public async Task Should_say_that_a_payment_is_known_and_reject_other_money_under_its_id_with_both()
    {
        await house.RegisterAsync(Sample.Account("payer"), Sample.Account("other"));
        var payment = new RecordPayment { PaymentId = "p-1", AccountId = "payer", Amount = 12.50m, Currency = "USD" };
        await house.TellAsync(payment);
        await house.HearsAsync<PaymentRecorded>(recorded => !recorded.WasKnown);

        await house.TellAsync(payment);
        await house.HearsAsync<PaymentRecorded>(recorded => recorded.WasKnown);
        Assert.Equal((0m, 12.50m), await house.BalanceAsync("payer"));

        await house.TellAsync(payment with { Amount = 20.00m });
        await RejectedAsync("record-payment", "12.50 USD of account payer", "20.00 USD of account payer");
        await house.TellAsync(payment with { AccountId = "other" });
        await RejectedAsync("record-payment", "12.50 USD of account payer", "12.50 USD of account other");
        Assert.Equal(((0m, 12.50m), (0m, 0m)), (await house.BalanceAsync("payer"), await house.BalanceAsync("other")));
    }

    [Fact]
    public async Task Should_reject_another_credit_under_the_same_id()
    {
        await house.RegisterAsync(Sample.Account("credited"));
        var credit = new GrantCredit { CreditId = "c-1", AccountId = "credited", Amount = 5m, Currency = "USD", Reason = "an hour of downtime" };
        await house.TellAsync(credit, credit);
        await Eventually.HoldsAsync(() => house.BalanceAsync("credited"), balance => balance == (0m, 5m), "it is granted once");

        await house.TellAsync(credit with { Amount = 50m });
        await RejectedAsync("grant-credit", "5.00 USD of account credited", "50.00 USD of account credited");
        Assert.Equal((0m, 5m), await house.BalanceAsync("credited"));
    }

    Task<string> RejectedAsync(string command, string booked, string told) => Eventually.HoldsAsync(
        async () => string.Join("\n", (await house.Broker.PeekAsync($"month-close-{command}_error"))
            .Select(message => message.GetProperty("properties").GetProperty("headers").GetRawText())),
        reasons => reasons.Contains(booked, StringComparison.Ordinal) && reasons.Contains(told, StringComparison.Ordinal), $"{command} is rejected with both");
}
