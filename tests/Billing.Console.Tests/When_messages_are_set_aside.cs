using System.Net;
using Billing.Console.Tests.House;
using Billing.Contracts.MonthClose.V1;
using Billing.Testing;
using Microsoft.Playwright;

namespace Billing.Console.Tests;

[Collection(InTheHouse.Name)]
public sealed class When_messages_are_set_aside(ConsoleHouse house)
{
    [Fact]
    public async Task Should_be_replayed_when_the_cause_is_mended()
    {
        await house.PublishAsync(new RecordPayment { PaymentId = "late-1", AccountId = "comes-late", Amount = 12.5m, Currency = "USD" });
        var page = await house.VisitAsync("/faults");
        await page.SeesAsync("month-close-record-payment", 60);
        await house.PublishAsync(new RegisterAccount { AccountId = "comes-late", Name = "Late & Co", Currency = "USD", TimeZone = "UTC", ManualPayment = false, AnchorDay = 1 });
        await Eventually.HoldsAsync(async () => (await house.MonthClose.Http.GetAsync("api/accounts/comes-late")).StatusCode, code => code == HttpStatusCode.OK, "it is registered");
        await page.GotoAsync(new Uri(house.Console.Http.BaseAddress!, "/faults").ToString());
        await page.Act("Replay").ClickAsync();
        await page.SeesAsync("1 of the queue");
        await page.ConfirmAsync("1 messages were replayed.");
        await page.ClickAsync("a.act.main");
        await page.SeesNoMoreAsync("month-close-record-payment", 60);
        await page.GotoAsync(new Uri(house.Console.Http.BaseAddress!, "/accounts/comes-late").ToString());
        await Assertions.Expect(page.Locator(".figures strong").Nth(1)).ToHaveTextAsync("12.50", new() { Timeout = 60_000 });       // the payment became credit
        await page.Context.CloseAsync();
    }
}
