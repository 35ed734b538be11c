using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Billing.Console.Tests.House;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Console.Tests;

[Collection(InTheHouse.Name)]
public sealed partial class When_a_viewer_has_few_rights(ConsoleHouse house) : IAsyncLifetime
{
    const string ReaderKey = "the-key-of-a-reader";

    WebApplication _console = null!;
    Uri _address = null!;

    public async Task InitializeAsync()
    {
        _console = ConsoleApplication.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(house.ConsoleSettings.ToDictionary(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), pair => (string?)pair.Value));
            builder.Configuration["Urls"] = "http://127.0.0.1:0";
            builder.Configuration["Http:Keys:reader:Hash"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(ReaderKey)));
            builder.Configuration["Http:Keys:reader:Rights"] = "Read";
        });
        await _console.StartAsync();
        _address = OneService.AddressOf(_console);
    }

    public async Task DisposeAsync()
    {
        await _console.StopAsync();
        await _console.DisposeAsync();
    }

    [Fact]
    public async Task Should_see_no_button_and_be_refused_by_the_server_too()
    {
        await house.RunHasEndedAsync();
        var page = await house.VisitAsync("/accounts/declined-soft", console: _address);
        await page.SeesAsync("Sign in");
        await page.FillAsync("#key", "some other key of nobody");
        await page.ClickAsync("button.main");
        await page.SeesAsync("This key is not known.");
        await page.FillAsync("#key", ReaderKey);
        await page.ClickAsync("button.main");
        await page.SeesAsync("Particulars");                    // led to where he wanted to go
        Assert.Equal(0, await page.Locator("a.act").CountAsync());
        Assert.True(await (await house.VisitAsync("/accounts/declined-soft")).Locator("a.act").CountAsync() > 2);       // who may has them

        var cookie = Assert.Single(await page.Context.CookiesAsync(), one => one.Name == "console");
        Assert.True(cookie.HttpOnly);
        Assert.Equal(Microsoft.Playwright.SameSiteAttribute.Strict, cookie.SameSite);
        var post = await page.APIRequest.PostAsync(new Uri(_address, "/acts/place-hold?account=declined-soft").ToString());
        Assert.Equal((int)HttpStatusCode.Forbidden, post.Status);
        Assert.Contains("Nothing was done", await post.TextAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Should_be_let_in_nowhere_without_a_key()
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _address };
        foreach (var path in (string[])["/", "/runs", "/accounts/declined-soft", "/acts/pause-run?period=2026-10", "/papers/INV-000000001"])
            Assert.Equal(HttpStatusCode.Found, (await http.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
        using var stream = new HttpRequestMessage(HttpMethod.Get, "/runs");
        stream.Headers.Accept.ParseAdd("text/event-stream");
        Assert.Equal(HttpStatusCode.Found, (await http.SendAsync(stream)).StatusCode);
    }

    [Fact]
    public async Task Should_take_no_form_that_the_page_did_not_make()
    {
        using var http = new HttpClient { BaseAddress = house.Console.Http.BaseAddress };
        using var empty = new FormUrlEncodedContent([]);
        var path = new Uri("/acts/place-hold?account=declined-soft", UriKind.Relative);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.PostAsync(path, empty)).StatusCode);
        // with the page's own token it is taken, and asks for what is missing
        var form = await http.GetStringAsync(path);
        using var own = new FormUrlEncodedContent([new("token", Token().Match(form).Groups[1].Value)]);
        Assert.Equal(HttpStatusCode.Conflict, (await http.PostAsync(path, own)).StatusCode);
    }

    [Fact]
    public async Task Should_say_what_a_browser_may_do_and_hear_no_other_name()
    {
        using var http = new HttpClient { BaseAddress = house.Console.Http.BaseAddress };
        using var answer = await http.GetAsync(new Uri("/runs", UriKind.Relative));
        Assert.Equal("default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/runs") { Headers = { Host = "evil.example" } };
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(rebound)).StatusCode);
    }

    [GeneratedRegex("name=\"token\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
