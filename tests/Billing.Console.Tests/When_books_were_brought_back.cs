using System.Net.Http.Json;
using Billing.Console.Tests.House;

namespace Billing.Console.Tests;

[Collection(InTheHouse.Name)]
public sealed class When_books_were_brought_back(ConsoleHouse house)
{
    [Fact]
    public async Task Should_say_on_the_overview_what_is_held_and_what_to_do_until_it_is_released()
    {
        var page = await house.VisitAsync("/");
        await page.SeesAsync("Needs a person");
        Assert.Equal(0, await page.Locator("#held").CountAsync());

        await house.BringSchedulesBackAsync();
        await page.SeesAsync("Nothing leaves", 30);
        await page.SeesAsync("scheduler was brought back");
        await page.SeesAsync("No schedule fires, and no scheduled command is published.");
        await page.SeesAsync("./billing restored release");
        Assert.DoesNotContain("No charge", await page.Locator("#held").InnerTextAsync(), StringComparison.Ordinal);     // month-close holds nothing

        using (var released = await house.Scheduler.Http.PostAsync(new Uri("api/restoration/release?why=looked&by=Ada", UriKind.Relative), null))
            released.EnsureSuccessStatusCode();
        await page.SeesNoMoreAsync("Nothing leaves", 30);
        await page.Context.CloseAsync();
    }
}
