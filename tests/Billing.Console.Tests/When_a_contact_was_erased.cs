using Billing.Console.Tests.House;
using Billing.Contracts.MonthClose.V1;

namespace Billing.Console.Tests;

[Collection(InTheHouse.Name)]
public sealed class When_a_contact_was_erased(ConsoleHouse house)
{
    [Fact]
    public async Task Should_say_on_the_page_of_the_account_when_by_whom_and_where()
    {
        await house.PublishAsync(new RegisterAccount
        {
            AccountId = "gone",
            Name = "Jane Quartermain",
            Currency = "EUR",
            Email = "jane@quartermain.example",
            JoinedOn = new DateOnly(2026, 1, 1),
            ClosedOn = new DateOnly(2026, 1, 31)
        });
        var page = await house.VisitAsync("/accounts/gone");
        await page.SeesAsync("Quartermain", 30);
        Assert.Equal(0, await page.Locator("#erased").CountAsync());

        await house.PublishAsync(new EraseContact { AccountId = "gone", Why = "asked for by letter", RequestedBy = "privacy" });
        await page.SeesAsync("Contact data erased", 30);
        await page.SeesAsync("by privacy");
        await page.SeesAsync("asked for by letter");
        foreach (var service in (string[])["month-close", "notification", "scheduler", "seat-refresh"])
            await page.Locator($"#erased th:text-is('{service}')").WaitForAsync();
        await page.ReloadAsync();
        await page.SeesAsync("Contact data erased");
        Assert.DoesNotContain("Quartermain", await page.ContentAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }
}
