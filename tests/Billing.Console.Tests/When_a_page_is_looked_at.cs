using System.Text;
using Billing.Console.Tests.House;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Billing.Console.Tests;

/// <summary>Each page by everyone: on a telephone and on a wide screen, light and dark, by a screen reader. With <c>BILLING_SCREENSHOTS</c> it is photographed.</summary>
[Collection(InTheHouse.Name)]
public sealed class When_a_page_is_looked_at(ConsoleHouse house)
{
    const int MostBytes = 200_000;

    static readonly (string Name, string Path)[] Pages =
    [
        ("overview", "/"), ("runs", "/runs"), ("run", $"/runs/{ConsoleHouse.Period}"), ("collections", "/collections"), ("invoice", "/invoices/INV-000000001"),
        ("accounts", "/accounts"), ("account", "/accounts/declined-soft"), ("seats", "/seats"), ("sending", "/admin/queues"), ("faults", "/faults"),
        ("schedules", "/schedules"), ("health", "/health-of-all"), ("audit", "/audit"), ("meanings", "/meanings"),
        ("confirm", $"/acts/cancel-run?period={ConsoleHouse.Period}"), ("nothing", "/runs/1999-01")
    ];

    [Theory]
    [InlineData(1920, 1080, ColorScheme.Light), InlineData(360, 800, ColorScheme.Dark)]
    public async Task Should_hinder_nobody(int width, int height, ColorScheme scheme)
    {
        await house.RunHasEndedAsync();
        var found = new List<string>();
        foreach (var (name, path) in Pages)
        {
            var page = await house.VisitAsync(path, width, height, scheme);
            var axe = await page.RunAxe();
            found.AddRange(axe.Violations.Where(violation => violation.Impact is "serious" or "critical")
                .Select(violation => $"{name}: {violation.Id}, {violation.Help}: {string.Join(" | ", violation.Nodes.Take(3).Select(node => node.Html))}"));
            var wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (wide > 0)
                found.Add($"{name}: {wide} px wider than the screen of {width}");
            if (await page.EvaluateAsync<int>("performance.getEntriesByType('resource').filter(one => new URL(one.name).origin !== location.origin).length") is > 0 and var outside)
                found.Add($"{name}: {outside} things from elsewhere");
            await page.Context.CloseAsync();
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public async Task Should_be_small()
    {
        await house.RunHasEndedAsync();
        using var http = new HttpClient { BaseAddress = house.Console.Http.BaseAddress };
        foreach (var (name, path) in Pages)
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
            var html = await answer.Content.ReadAsStringAsync();
            Assert.True(Encoding.UTF8.GetByteCount(html) < MostBytes - 40_000, $"{name} has {html.Length} characters");     // the rest is for style and script
            Assert.DoesNotContain("style=", html, StringComparison.Ordinal);        // the policy would refuse it
            Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task Should_look_well()
    {
        var folder = Environment.GetEnvironmentVariable("BILLING_SCREENSHOTS") is { Length: > 0 } named ? named : Path.Combine(Path.GetTempPath(), "billing-screenshots");
        Directory.CreateDirectory(folder);
        await house.RunHasEndedAsync();
        foreach (var (name, path) in Pages)
            foreach (var (width, height) in ((int, int)[])[(1920, 1080), (360, 800)])
                foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
                {
                    var page = await house.VisitAsync(path, width, height, scheme);
                    await page.EvaluateAsync("document.fonts.ready");
                    await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png"), FullPage = true });
                    await page.Context.CloseAsync();
                }

        Assert.Equal(Pages.Length * 4, Directory.EnumerateFiles(folder, "*-*-*.png").Count());
    }
}
