using Billing.Console.Tests.House;
using Billing.Contracts.MonthClose.V1;

namespace Billing.Console.Tests;

[Collection(InTheHouse.Name)]
public sealed class When_an_account_is_stuck(ConsoleHouse house)
{
    [Fact]
    public async Task Should_be_freed_by_its_cause_when_that_is_mended()
    {
        await house.RunHasEndedAsync();
        var page = await house.VisitAsync($"/runs/{ConsoleHouse.Period}");
        await page.SeesAsync("Price missing");
        await house.PublishAsync(new SetPrice { PriceCode = "gpu-hour", Currency = "EUR", Description = "GPU hour", Model = "unit", UnitPrice = 2.5m });
        await page.Act("Unpark").ClickAsync();
        await page.SeesAsync("1 without an invoice yet");
        await page.ConfirmAsync("It was accepted.");
        await page.ClickAsync("a.act.main");
        await page.SeesStateAsync("Succeeded");
        await page.Context.CloseAsync();
    }
}
