using Billing.Console.Tests.House;
using Billing.Testing;
using Microsoft.Playwright;

namespace Billing.Console.Tests;

[Collection(InTheHouse.Name)]
public sealed class When_a_service_is_away(ConsoleHouse house)
{
    [Fact]
    public async Task Should_say_how_old_the_figures_are_and_go_on_when_it_comes_back()
    {
        var page = await house.VisitAsync("/seats");
        await page.SeesAsync("seat-refresh as of");
        await house.SeatRefresh.KillAsync();
        await page.SeesAsync("seat-refresh is away since", 30);
        await page.SeesAsync("Its figures are from");
        await page.SeesAsync("Counted in 24 h");        // what is known stays, as old as it is said to be
        Assert.Contains("lost", await page.Locator("body").GetAttributeAsync("class") ?? "", StringComparison.Ordinal);

        // who opens the page now sees the same, and the health of all
        var other = await house.VisitAsync("/health-of-all");
        await Assertions.Expect(other.Locator("#health-seat-refresh .state").First).ToHaveTextAsync("away");
        house.SeatRefresh.Start();
        await house.SeatRefresh.BecomesReadyAsync();
        await Assertions.Expect(other.Locator("#health-seat-refresh .state").First).ToHaveTextAsync("ready", new() { Timeout = 60_000 });
        await page.SeesAsync("seat-refresh as of", 60);
        await Eventually.HoldsAsync(async () => await page.Locator("body").GetAttributeAsync("class") ?? "", classes => !classes.Contains("lost", StringComparison.Ordinal),
            "the page is live again");
        await page.Context.CloseAsync();
        await other.Context.CloseAsync();
    }

    [Fact]
    public async Task Should_say_so_when_the_console_itself_does_not_answer()
    {
        var page = await house.VisitAsync("/runs");
        await page.SeesAsync("month-close as of");
        await house.Console.PauseAsync();
        try
        {
            await page.SeesAsync("The console does not answer since", 30);
        }
        finally
        {
            await house.Console.ContinueAsync();
        }

        await page.SeesNoMoreAsync("The console does not answer since", 60);
        await page.Context.CloseAsync();
    }
}
