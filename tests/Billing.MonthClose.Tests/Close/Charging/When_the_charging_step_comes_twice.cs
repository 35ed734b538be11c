using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Charging;

/// <summary>The broker gives the step again, or a person takes it back from the error queue.</summary>
public class When_the_charging_step_comes_twice(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_change_nothing_say_nothing_and_fail_nobody()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("ordinary"), Sample.Account("by-transfer") with { ManualPayment = true }, Sample.Account("looped"));
        await house.UseAsync(Sample.Use("ordinary", 1000), Sample.Use("by-transfer", 1000), Sample.Use("looped", 1000));
        await house.BreakInAsync("""
            insert into "Charge" ("ChargeId","InvoiceId","AccountId","Period","Attempt","Amount","Currency","State","Reduced","Drift","Uncounted","Refunded","Origin","CreatedAt")
            select gen_random_uuid(), gen_random_uuid(), 'looped', 202609, 1, 1, 'USD', 'Failed', false, 0, false, 0, 'Close', '2026-11-01 11:59:00Z' from generate_series(1, 15)
            """);
        await house.CloseAsync("2026-10");
        Assert.Equal("TooManyCharges", (await house.HearsAsync<AccountParked>()).ReasonCode);

        await house.TellAsync(await house.AskAsync(async db =>
        {
            var chunk = await db.Chunks.SingleAsync();
            return new ChargeInvoices(chunk.RunId, chunk.CorrelationId, chunk.Number, [.. (await db.Invoices.OrderBy(invoice => invoice.AccountId).ToListAsync())
                .Select(invoice => new ExpectedCharge(invoice.InvoiceId, invoice.AccountId, invoice.AmountDue, invoice.Currency, 1, invoice.IssuedAt))]);
        }));
        await house.HearsAsync<ChargeSkipped>();
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "it is handled");

        Assert.Empty(await house.Broker.PeekAsync("month-close-charge-invoices_error"));
        Assert.Single(house.Heard<ChargeSkipped>());
        Assert.Equal(1, await house.AskAsync(db => db.Charges.CountAsync(charge => charge.State == ChargeState.Skipped)));
        Assert.Single(await house.CapturesAsync());

        // the close was parked by a failing step, and its charge was booked when the step came again: taken up, it only has to hear of it
        await house.BreakInAsync("update \"AccountClose\" set \"Step\" = 'Parked', \"ParkedAt\" = 'Invoiced', \"Outcome\" = null, \"ReasonCode\" = 'StepFailed' where \"AccountId\" = 'ordinary'");
        await house.TellAsync(new UnparkAccounts { Period = "2026-10", AccountIds = ["ordinary"] });
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.AccountCloses.SingleAsync(close => close.AccountId == "ordinary")),
            close => close is { Step: CloseStep.Closed, Outcome: CloseOutcome.Collected }, "it is closed as paid");
        Assert.Single(await house.CapturesAsync());
    }
}
