using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Charging;

/// <summary>A process died between writing the charge down and booking the answer; the step comes again.</summary>
public class When_a_charge_was_left_pending(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]      // retry after the gateway forgot the key; the customer pays while the charge waits
    public async Task Should_take_the_money_once_or_not_at_all()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("never-asked"), Sample.Account("captured"), Sample.Account("paid-since"));
        await house.UseAsync(Sample.Use("never-asked", 1000), Sample.Use("captured", 1000), Sample.Use("paid-since", 1000));
        using (var gate = new Gate<ChargeInvoices>(house.Services))
        {
            await house.TellAsync(new StartMonthClose { Period = "2026-10" });
            await gate.Arrived;
            await house.BreakInAsync("""
                insert into "Charge" ("ChargeId","InvoiceId","AccountId","Period","Attempt","Amount","Currency","PaymentMethod","State","Reduced","Drift","Uncounted","Refunded","Origin","CreatedAt")
                select gen_random_uuid(), "InvoiceId", "AccountId", "Period", 1, "AmountDue", "Currency", 'pm_ok', 'Pending', false, 0, false, 0, 'Close', "IssuedAt" from "Invoice"
                """);
            var captured = await house.AskAsync(db => db.Charges.SingleAsync(charge => charge.AccountId == "captured"));
            await house.CaptureAsync("captured", captured.ChargeId, captured.ChargeId.ToString());
            await house.Gateway.DeleteAsync(new Uri("simulator/keys", UriKind.Relative));       // a day or so later
            await house.TellAsync(new RecordPayment { PaymentId = "transfer", AccountId = "paid-since", Amount = 10.00m, Currency = "USD" });
            await house.HearsAsync<PaymentRecorded>();
        }

        await house.HearsAsync<MonthCloseSucceeded>();
        Assert.Equal(["captured", "never-asked"], (await house.CapturesAsync()).Select(capture => capture.GetProperty("customer").GetString()!).Order(StringComparer.Ordinal));
        await house.UnknownChargesAreAskedAboutAsync();
        house.Clock.Advance(TimeSpan.FromMinutes(5.1));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Charges.AllAsync(charge => charge.State == ChargeState.Succeeded || charge.State == ChargeState.Failed)), "each is resolved");
        Assert.Equal(2, (await house.CapturesAsync()).Count);
        Assert.True(await house.AskAsync(db => db.Balances.AllAsync(balance => balance.Owed == 0 && balance.Credit == 0)));
        Assert.Empty(house.Heard<AccountHeld>());
        await house.BooksAgreeAsync("2026-10");
    }
}

/// <summary>As above, and the gateway cannot be reached while the step comes again.</summary>
public class When_a_charge_was_left_pending_and_the_gateway_is_away : IAsyncLifetime
{
    readonly ScriptedGateway gateway = new();
    readonly MonthCloseHouse house;

    public When_a_charge_was_left_pending_and_the_gateway_is_away() => house = new MonthCloseHouse { Replace = gateway.Install };

    public Task InitializeAsync() => house.InitializeAsync();

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_not_take_its_own_failure_for_that_of_the_earlier_request()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("acme"));
        await house.UseAsync(Sample.Use("acme", 1000));
        gateway.Answers(new GatewayAnswer.NeverReached("the door is shut"));
        using (var gate = new Gate<ChargeInvoices>(house.Services))
        {
            await house.TellAsync(new StartMonthClose { Period = "2026-10" });
            await gate.Arrived;
            await house.BreakInAsync("""
                insert into "Charge" ("ChargeId","InvoiceId","AccountId","Period","Attempt","Amount","Currency","PaymentMethod","State","Reduced","Drift","Uncounted","Refunded","Origin","CreatedAt")
                select gen_random_uuid(), "InvoiceId", "AccountId", "Period", 1, "AmountDue", "Currency", 'pm_ok', 'Pending', false, 0, false, 0, 'Close', "IssuedAt" from "Invoice"
                """);
        }

        await house.HearsAsync<MonthCloseSucceeded>();
        Assert.Equal(ChargeState.Unknown, await house.AskAsync(db => db.Charges.Select(charge => charge.State).SingleAsync()));

        // the request of the process that died arrives after all
        gateway.OnFind = charge => new GatewayAnswer.Succeeded($"pi_{charge.ChargeId:N}");
        await house.UnknownChargesAreAskedAboutAsync();
        house.Clock.Advance(TimeSpan.FromMinutes(5.1));
        await house.HearsAsync<ChargeSucceeded>();
        Assert.Equal(1, gateway.Asked);
        Assert.Equal((0m, 0m), await house.BalanceAsync("acme"));
    }
}
