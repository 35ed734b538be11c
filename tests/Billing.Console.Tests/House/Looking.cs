using Billing.Testing;
using Microsoft.Playwright;

namespace Billing.Console.Tests.House;

/// <summary>What a person sees, waited for.</summary>
static class Looking
{
    static float Limit(int seconds) => (float)TimeLimits.Scaled(TimeSpan.FromSeconds(seconds)).TotalMilliseconds;

    public static Task SeesAsync(this IPage page, string text, int seconds = 20) =>
        Assertions.Expect(page.GetByText(text).First).ToBeVisibleAsync(new() { Timeout = Limit(seconds) });

    public static Task SeesNoMoreAsync(this IPage page, string text, int seconds = 20) =>
        Assertions.Expect(page.GetByText(text).First).ToBeHiddenAsync(new() { Timeout = Limit(seconds) });

    public static Task SeesStateAsync(this IPage page, string state, int seconds = 30) =>
        Assertions.Expect(page.Locator("h1 .state")).ToHaveTextAsync(state, new() { Timeout = Limit(seconds) });

    public static ILocator Act(this IPage page, string name) => page.Locator("a.act", new() { HasTextString = name }).First;

    /// <summary>Says why where it is asked for, confirms, and reads what became of it.</summary>
    public static async Task ConfirmAsync(this IPage page, string outcome, params (string Field, string Value)[] said)
    {
        foreach (var (field, value) in said)
            await page.FillAsync($"#f-{field}", value);
        await page.ClickAsync("form.confirm button.main");
        await page.SeesAsync(outcome);
    }
}
