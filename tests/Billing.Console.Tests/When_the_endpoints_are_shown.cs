using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Console.Tests.House;
using Microsoft.Playwright;

namespace Billing.Console.Tests;

[Collection(InTheHouse.Name)]
public sealed class When_the_endpoints_are_shown(ConsoleHouse house)
{
    [Fact]
    public async Task Should_show_every_host_and_ask_nobody_but_the_console()
    {
        var page = await house.VisitAsync("/health-of-all");
        var asked = new List<string>();
        var failures = new List<string>();
        await page.AddInitScriptAsync("window.refused = []; document.addEventListener('securitypolicyviolation', e => refused.push(`${e.violatedDirective} ${e.blockedURI}`))");
        page.Request += (_, request) => asked.Add(request.Url);
        page.PageError += (_, error) => failures.Add(error);
        await page.ClickAsync("text=What each host answers over HTTP");
        await page.SeesAsync("Billing back office: month-close");
        await page.SeesAsync("All runs as a page");
        Assert.All(asked.Where(url => !url.StartsWith("data:", StringComparison.Ordinal) && !url.StartsWith("blob:", StringComparison.Ordinal)),
            url => Assert.StartsWith(house.Console.Http.BaseAddress!.ToString(), url, StringComparison.Ordinal));
        Assert.Empty(failures);
        // its script tries once whether it may evaluate texts, and goes on without
        Assert.Equal(["script-src eval"], (await page.EvaluateAsync<string[]>("window.refused")).Distinct());
        if (Environment.GetEnvironmentVariable("BILLING_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(Directory.CreateDirectory(folder).FullName, "api-docs.png") });
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("month-close"), InlineData("seat-refresh"), InlineData("notification"), InlineData("scheduler"), InlineData("console")]
    public async Task Should_hand_on_what_the_host_itself_says(string host)
    {
        var document = await house.Console.Http.GetFromJsonAsync<JsonElement>($"api-docs/{host}.json");
        Assert.Equal($"Billing back office: {host}", document.GetProperty("info").GetProperty("title").GetString());
        Assert.True(document.GetProperty("paths").TryGetProperty("/health/ready", out _));
    }

    [Fact]
    public async Task Should_know_no_other() =>
        Assert.Equal(HttpStatusCode.NotFound, (await house.Console.Http.GetAsync(new Uri("api-docs/somebody.json", UriKind.Relative))).StatusCode);
}
