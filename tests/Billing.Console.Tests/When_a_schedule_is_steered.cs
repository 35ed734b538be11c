using Billing.Console.Tests.House;
using Microsoft.Playwright;

namespace Billing.Console.Tests;

[Collection(InTheHouse.Name)]
public sealed class When_a_schedule_is_steered(ConsoleHouse house)
{
    [Fact]
    public async Task Should_run_now_be_paused_with_a_reason_and_go_on()
    {
        var page = await house.VisitAsync("/schedules");
        await ActAsync(page, "Run now");
        await page.SeesAsync("StartSeatRefresh");
        await page.ConfirmAsync("accepted");
        await page.ClickAsync("a.act.main");

        await ActAsync(page, "Pause");
        await page.ConfirmAsync("accepted", ("why", "a tree is moved"));
        await page.ClickAsync("a.act.main");
        await page.SeesAsync("a tree is moved");

        await ActAsync(page, "Resume");
        await page.ConfirmAsync("accepted");
        await page.ClickAsync("a.act.main");
        await page.SeesNoMoreAsync("a tree is moved");
        await page.Context.CloseAsync();
    }

    static Task ActAsync(IPage page, string act) =>
        page.Locator("tr", new() { HasText = "StartSeatRefresh" }).Locator("a.act", new() { HasText = act }).ClickAsync();
}
