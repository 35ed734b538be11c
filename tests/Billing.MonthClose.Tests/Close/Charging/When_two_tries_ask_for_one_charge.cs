using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Charging;

/// <summary>The broker gives the step again while the first try waits for the gateway: both ask under one key. The simulator found it.</summary>
public class When_two_tries_ask_for_one_charge : IAsyncLifetime
{
    readonly ScriptedGateway gateway = new();
    readonly MonthCloseHouse house;

    public When_two_tries_ask_for_one_charge() => house = new MonthCloseHouse { Replace = gateway.Install };

    public Task InitializeAsync() => house.InitializeAsync();

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_not_take_the_failure_of_the_first_for_that_of_the_second()
    {
        var (asked, shut) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.OnCharge = async _ =>
        {
            if (gateway.Asked > 1)
                return new GatewayAnswer.Unknown("timeout");      // it arrived: the money is taken
            asked.SetResult();
            await shut.Task;
            return new GatewayAnswer.NeverReached("the door is shut");
        };
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("acme"));
        await house.UseAsync(Sample.Use("acme", 1000));
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        await asked.Task;
        house.Clock.Advance(TimeSpan.FromSeconds(1));
        await house.TellAsync(await house.AskAsync(async db =>
        {
            var chunk = await db.Chunks.SingleAsync();
            return new ChargeInvoices(chunk.RunId, chunk.CorrelationId, chunk.Number, [.. (await db.Invoices.ToListAsync())
                .Select(invoice => new ExpectedCharge(invoice.InvoiceId, invoice.AccountId, invoice.AmountDue, invoice.Currency, 1, invoice.IssuedAt))]);
        }));
        await Eventually.HoldsAsync(StateAsync, state => state == ChargeState.Unknown, "the second try's answer is lost");
        shut.SetResult();

        await house.HearsAsync<MonthCloseSucceeded>();
        Assert.Equal(ChargeState.Unknown, await StateAsync());
        Assert.Empty(house.Heard<ChargeFailed>());

        gateway.OnFind = charge => new GatewayAnswer.Succeeded($"pi_{charge.ChargeId:N}");
        await house.UnknownChargesAreAskedAboutAsync();
        house.Clock.Advance(TimeSpan.FromMinutes(5.1));
        await house.HearsAsync<ChargeSucceeded>();
        Assert.Equal(2, gateway.Asked);
        Assert.Equal((0m, 0m), await house.BalanceAsync("acme"));
    }

    Task<ChargeState> StateAsync() => house.AskAsync(db => db.Charges.Select(charge => charge.State).SingleAsync());
}
