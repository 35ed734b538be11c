using Billing.Console.Tests.House;
using Billing.Contracts.MonthClose.V1;
using Billing.SampleData;
using Billing.Testing;
using Microsoft.Playwright;

namespace Billing.Console.Tests;

[Collection(InTheHouse.Name)]
public sealed class When_a_run_is_watched(ConsoleHouse house)
{
    [Fact]
    public async Task Should_move_while_one_looks_and_obey_the_hand_on_it()
    {
        await TakeInAsync();
        await house.PublishAsync(new StartMonthClose { Period = ConsoleHouse.Earlier, RequestedBy = "tests", OutOfOrder = true });
        await Eventually.HoldsAsync(() => house.RunAsync(ConsoleHouse.Earlier), run => run is not null, "the run has begun");
        var page = await house.VisitAsync($"/runs/{ConsoleHouse.Earlier}");
        await page.SeesStateAsync("Running");
        var ended = page.Locator(".figures strong").First;
        var before = await ended.InnerTextAsync();
        await Eventually.HoldsAsync(() => ended.InnerTextAsync(), now => now != before, "the number of ended accounts changes by itself");

        if (Environment.GetEnvironmentVariable("BILLING_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await Assertions.Expect(page.Locator("path.line").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
            await page.ScreenshotAsync(new() { Path = Path.Combine(Directory.CreateDirectory(folder).FullName, "run-live.png") });
        }

        await page.Act("Pause").ClickAsync();
        await page.SeesAsync("have not ended");         // the accounts at stake
        await page.ConfirmAsync("It was accepted.", ("reason", "somebody looks at the prices"));
        await page.ClickAsync("a.act.main");            // back
        await page.SeesStateAsync("Paused");
        await page.SeesAsync("somebody looks at the prices");
        Assert.Equal("Paused", (await house.RunAsync(ConsoleHouse.Earlier))!.State);

        await page.Act("Resume").ClickAsync();
        await page.ConfirmAsync("It was accepted.");
        await page.ClickAsync("a.act.main");
        var state = (await house.HasEndedAsync(ConsoleHouse.Earlier)).State;
        await page.SeesStateAsync(state);               // without a reload
        await page.Context.CloseAsync();
    }

    /// <summary>Accounts that no other run has billed yet, each with a charge: at five a second they take long enough to be looked at on the quickest machine.</summary>
    async Task TakeInAsync()
    {
        var first = DateOnly.ParseExact($"{ConsoleHouse.Earlier}-01", "yyyy-MM-dd");
        var ids = Enumerable.Range(1, 60).Select(i => $"watched-{i:00}").ToList();
        await house.PublishAsync(new RegisterAccounts
        {
            Accounts = [.. ids.Select(id => new RegisterAccount
            {
                AccountId = id, Name = id, Currency = "USD", TimeZone = "UTC", PaymentMethod = $"pm_ok_{id}", ManualPayment = false, AnchorDay = 1, JoinedOn = first
            })]
        });
        await Eventually.HoldsAsync(async () => (await house.MonthClose.Http.GetAsync($"api/accounts/{ids[^1]}")).IsSuccessStatusCode, "they are registered");
        var before = await house.UsageAsync();
        await house.PublishAsync(new RecordUsage
        {
            Records = [.. ids.Select(id => new UsageRecord
            {
                UsageId = $"{id}/1", AccountId = id, PriceCode = SamplePrices.SmallMachine, Quantity = 100,
                StartedAt = new DateTimeOffset(first.AddDays(9), new TimeOnly(12, 0), TimeSpan.Zero)
            })]
        });
        await Eventually.HoldsAsync(house.UsageAsync, usage => usage >= before + ids.Count, "their usage is taken in");
    }
}
