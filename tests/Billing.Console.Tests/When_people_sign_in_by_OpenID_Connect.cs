using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Console.Tests.House;
using Billing.Contracts.MonthClose.V1;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Billing.Console.Tests;

/// <summary>There is no key: who comes is known by a provider, and what he may by a claim.</summary>
[Collection(InTheHouse.Name)]
public sealed class When_people_sign_in_by_OpenID_Connect(ConsoleHouse house) : IAsyncLifetime
{
    PretendedProvider _provider = null!;
    WebApplication _console = null!;
    Uri _address = null!;

    public async Task InitializeAsync()
    {
        _provider = await PretendedProvider.StartAsync();
        _console = ConsoleApplication.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(house.ConsoleSettings.ToDictionary(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), pair => (string?)pair.Value));
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Urls"] = "http://127.0.0.1:0",
                ["Console:OpenIdConnect:Authority"] = _provider.Address,
                ["Console:OpenIdConnect:ClientId"] = PretendedProvider.Client,
                ["Console:OpenIdConnect:ClientSecret"] = PretendedProvider.Secret,
                ["Console:OpenIdConnect:Rights:Read"] = "urn:billing:readers, urn:billing:operators",
                ["Console:OpenIdConnect:Rights:Operate"] = "urn:billing:operators"
            });
        });
        await _console.StartAsync();
        _address = OneService.AddressOf(_console);
    }

    public async Task DisposeAsync()
    {
        await _console.StopAsync();
        await _console.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Should_let_a_reader_look_and_do_nothing()
    {
        var (http, cookies) = Visitor();
        using var _ = http;
        Assert.Contains("Sign in with OpenID Connect", await http.GetStringAsync(new Uri("/runs", UriKind.Relative)), StringComparison.Ordinal);

        _provider.Claims = Person("rita", "urn:billing:readers", "urn:others");
        using var signedIn = await http.GetAsync(new Uri("/sign-in/provider?to=/accounts", UriKind.Relative));
        Assert.Contains("url=/accounts\"", await signedIn.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var cookie = Assert.Single(cookies.GetCookies(_address), one => one.Name == "console");
        Assert.True(cookie.HttpOnly);
        Assert.DoesNotContain(cookies.GetCookies(_address), one => one.Name.StartsWith(".AspNetCore", StringComparison.Ordinal));      // those of the way are gone

        var page = await http.GetStringAsync(new Uri("/schedules", UriKind.Relative));
        Assert.Contains("rita", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/acts/", page, StringComparison.Ordinal);
        using var empty = new FormUrlEncodedContent([]);
        using var act = await http.PostAsync(new Uri("/acts/place-hold?account=declined-soft", UriKind.Relative), empty);
        Assert.Equal(HttpStatusCode.Forbidden, act.StatusCode);
        Assert.Contains("Nothing was done", await act.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>A browser, which sends no strict cookie where another site leads: the console is <c>localhost</c> here, and the provider an address.</summary>
    [Fact]
    public async Task Should_let_an_operator_act_under_his_name_and_sign_out_of_both()
    {
        await house.PublishAsync(new RegisterAccount { AccountId = "held-by-olga", Name = "Held", Currency = "USD", TimeZone = "UTC", ManualPayment = false, AnchorDay = 1 });
        await Eventually.HoldsAsync(async () => (await house.MonthClose.Http.GetAsync("api/accounts/held-by-olga")).IsSuccessStatusCode, "it is registered");
        _provider.Claims = Person("olga", "urn:billing:operators");
        var console = new UriBuilder(_address) { Host = "localhost" }.Uri;
        var page = await house.VisitAsync("/accounts/held-by-olga", console: console);
        await page.ClickAsync("text=Sign in with OpenID Connect");
        await page.SeesAsync("Particulars");                    // led to where he wanted to go
        await page.Act("Place on hold").ClickAsync();
        await page.ConfirmAsync("It was accepted.", ("reason", "asked for by phone"));
        var audit = await Eventually.HoldsAsync(() => house.MonthClose.Http.GetFromJsonAsync<JsonElement>("api/audit?account=held-by-olga"),
            told => told.GetRawText().Contains("asked for by phone", StringComparison.Ordinal), "the audit trail has it");
        Assert.Contains("\"who\":\"olga", audit.GetRawText(), StringComparison.Ordinal);
        var cookie = Assert.Single(await page.Context.CookiesAsync(), one => one.Name == "console");
        Assert.Equal((true, SameSiteAttribute.Strict), (cookie.HttpOnly, cookie.SameSite));

        await page.ClickAsync("text=Sign out");
        await page.ClickAsync("button.main");
        await page.SeesAsync("The provider's session is over.");
        await page.GotoAsync(new Uri(console, "/runs").ToString());
        await page.SeesAsync("Sign in with OpenID Connect");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Should_let_nobody_in_whom_the_provider_does_not_vouch_for_or_the_settings_do_not_know()
    {
        foreach (var wrong in (string?[])["signature", "nonce", "audience", "issuer", "time", null])
        {
            (_provider.Wrong, _provider.Claims) = (wrong, wrong is null ? Person("nora", "urn:others") : Person("olga", "urn:billing:operators"));
            var (http, cookies) = Visitor();
            using var _ = http;
            using var answer = await http.GetAsync(new Uri("/sign-in/provider?to=/runs", UriKind.Relative));
            Assert.Equal(wrong is null ? HttpStatusCode.Forbidden : HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Contains(wrong is null ? "You are known, and have no right here" : "answer was not good", WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
            Assert.DoesNotContain(cookies.GetCookies(_address), one => one.Name == "console");
            using var runs = await http.GetAsync(new Uri("/runs", UriKind.Relative));
            Assert.Equal("/sign-in", runs.RequestMessage!.RequestUri!.AbsolutePath);
        }

        // an answer that nobody asked for
        var (other, _) = Visitor();
        using var answered = await other.GetAsync(new Uri("/sign-in/callback?code=1&state=2", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, answered.StatusCode);
        other.Dispose();
    }

    static Dictionary<string, object> Person(string name, params string[] groups) =>
        new() { ["sub"] = $"id-of-{name}", ["preferred_username"] = name, ["groups"] = groups };

    (HttpClient Http, CookieContainer Cookies) Visitor()
    {
        var cookies = new CookieContainer();
        return (new HttpClient(new HttpClientHandler { CookieContainer = cookies }) { BaseAddress = _address }, cookies);
    }
}

public sealed class When_a_provider_is_set
{
    [Theory]
    [InlineData("ClientSecret", null, "Console:OpenIdConnect:ClientSecret is not set, and other settings of Console:OpenIdConnect are; expected all of Authority, ClientId, ClientSecret and Rights, or none of the section.")]
    [InlineData("Authority", "http://login.example", "Console:OpenIdConnect:Authority is \"http://login.example/\"; expected an https address, or an http address of this machine.")]
    [InlineData("Rights:Rule", "all", "Console:OpenIdConnect:Rights is \"Rule\"; expected some of Read, Operate, Money and Personal, or All.")]
    public void Should_not_start_with_a_part_of_it(string key, string? value, string because)
    {
        var settings = Whole();
        settings[$"Console:OpenIdConnect:{key}"] = value;
        Assert.Equal(because, Assert.Throws<Hosting.SettingsException>(() => Read(settings)).Message);
    }

    [Fact]
    public void Should_need_none_and_take_a_whole_one()
    {
        Assert.Null(Read([]));
        Assert.NotNull(Read(Whole()));
    }

    static Viewing.Provider? Read(Dictionary<string, string?> settings) =>
        Viewing.Provider.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.Where(one => one.Value is not null)).Build());

    static Dictionary<string, string?> Whole() => new()
    {
        ["Console:OpenIdConnect:Authority"] = "https://login.example",
        ["Console:OpenIdConnect:ClientId"] = "console",
        ["Console:OpenIdConnect:ClientSecret"] = "secret",
        ["Console:OpenIdConnect:Rights:All"] = "finance"
    };
}
