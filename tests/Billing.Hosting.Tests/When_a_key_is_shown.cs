using System.Net;
using Billing.Hosting.Http;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Billing.Hosting.Tests;

/// <summary>A small host with a route for each right, one that forgot to say what it needs, and one with a lock of its own.</summary>
public sealed class When_a_key_is_shown(When_a_key_is_shown.Keyed keyed) : IClassFixture<When_a_key_is_shown.Keyed>
{
    static readonly TestKey Reader = new("reader", "Read");
    static readonly TestKey Operator = new("night.shift", "read, operate");
    static readonly TestKey Treasurer = new("treasurer", "All");
    readonly HostUnderTest _host = keyed.Host;

    public sealed class Keyed : IAsyncLifetime
    {
        internal HostUnderTest Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await StartAsync(TestKey.SettingsOf(Reader, Operator, Treasurer));
        public async Task DisposeAsync() => await Host.DisposeAsync();
    }

    [Theory]
    [InlineData("reader", "read", 200)]
    [InlineData("reader", "operate", 403)]
    [InlineData("reader", "money", 403)]
    [InlineData("reader", "personal", 403)]
    [InlineData("night.shift", "read", 200)]
    [InlineData("night.shift", "operate", 200)]
    [InlineData("night.shift", "money", 403)]
    [InlineData("treasurer", "operate", 200)]
    [InlineData("treasurer", "money", 200)]
    [InlineData("treasurer", "personal", 200)]
    [InlineData("treasurer", "forgotten", 403)]     // nobody gets in where nothing is said
    [InlineData("treasurer", "not/there", 404)]
    [InlineData("stranger", "read", 401)]
    [InlineData("stranger", "not/there", 401)]      // who has no key does not learn what there is
    [InlineData("stranger", "open", 200)]
    [InlineData(null, "read", 401)]
    [InlineData(null, "metrics", 401)]
    [InlineData(null, "contracts", 401)]
    [InlineData(null, "api/faults", 401)]
    [InlineData(null, "health/live", 200)]
    [InlineData(null, "open", 200)]
    public async Task Should_open_what_its_rights_open(string? name, string path, int status)
    {
        using var answer = await AskAsync(path, name is null ? null : new TestKey(name, "").Key);
        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
    }

    [Fact]
    public async Task Should_be_taken_as_a_bearer_token_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "read") { Headers = { { "Authorization", $"Bearer {Reader.Key}" } } };
        using var answer = await _host.Http.SendAsync(request);
        Assert.Equal("reader", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Should_say_which_right_is_missing_and_name_the_key_never_the_secret()
    {
        using var answer = await AskAsync("money", Reader.Key);
        Assert.Equal("The key reader has no right to this; it needs Money.", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(null, "night.shift")]
    [InlineData(" ", "night.shift")]
    [InlineData("jane", "jane (key night.shift)")]      // anyone may write any name: the key always stands with it
    public async Task Should_stand_with_whoever_acts_by_it(string? said, string by)
    {
        using var answer = await AskAsync($"operate?by={said}", Operator.Key);
        Assert.Equal(by, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("reader", """{"mail":"j***@example.com","phone":"+49***78","invoice":"INV-000000001"}""")]
    [InlineData("treasurer", """{"mail":"jane@example.com","phone":"+4917612345678","invoice":"INV-000000001"}""")]
    public async Task Should_show_addresses_of_people_to_who_may_see_them(string name, string body)
    {
        using var answer = await AskAsync("people", new TestKey(name, "").Key);
        Assert.Equal(body, await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Should_leave_what_is_no_text_as_it_is()
    {
        using var answer = await AskAsync("bytes", Reader.Key);
        Assert.Equal([0xFF, 0xFE, 0x40], await answer.Content.ReadAsByteArrayAsync());
    }

    static Task<HostUnderTest> StartAsync(Dictionary<string, string?> settings) => HostUnderTest.StartAsync(_ => { }, settings: settings, waitUntilReady: false,
        map: app =>
        {
            app.MapGet("/read", (Caller caller) => caller.Name).Needs(Rights.Read);
            app.MapGet("/operate", (Caller caller, string? by) => caller.By(by)).Needs(Rights.Operate);
            app.MapGet("/money", (Caller caller) => caller.Name).Needs(Rights.Money);
            app.MapGet("/personal", (Caller caller) => caller.Name).Needs(Rights.Personal);
            app.MapGet("/people", () => new { Mail = "jane@example.com", Phone = "+4917612345678", Invoice = "INV-000000001" }).Needs(Rights.Read);
            app.MapGet("/bytes", () => TypedResults.Bytes([0xFF, 0xFE, 0x40], "application/pdf")).Needs(Rights.Read);
            app.MapGet("/forgotten", () => "what nobody thought of");
            app.MapGet("/open", (HttpContext context) => context.Caller().Name).AllowWithoutKey();
        });

    async Task<HttpResponseMessage> AskAsync(string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null)
            request.Headers.Add("X-Api-Key", key);
        return await _host.Http.SendAsync(request);
    }
}

/// <summary>A host without keys, which only this machine reaches. Its browser also sends what other sites ask it to.</summary>
public sealed class When_no_key_is_set(When_no_key_is_set.Keyless keyless) : IClassFixture<When_no_key_is_set.Keyless>
{
    public sealed class Keyless : IAsyncLifetime
    {
        internal HostUnderTest Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await HostUnderTest.StartAsync(_ => { });
        public async Task DisposeAsync() => await Host.DisposeAsync();
    }

    [Theory]
    [InlineData(null, null, null, 200)]
    [InlineData("localhost", null, null, 200)]
    [InlineData(null, "http://localhost:5000", null, 200)]
    [InlineData(null, null, "same-origin", 200)]
    [InlineData(null, null, "none", 200)]                               // typed in by hand
    [InlineData(null, "https://evil.example", null, 403)]
    [InlineData(null, "null", null, 403)]                               // a page in a sandbox
    [InlineData(null, null, "cross-site", 403)]
    [InlineData("evil.example", null, null, 403)]                       // a name of another site that points here
    public async Task Should_let_this_machine_in_and_no_page_of_another_site(string? hostName, string? origin, string? site, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/faults/replay?cause=none");
        if (hostName is not null)
            request.Headers.Host = hostName;
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);
        using var answer = await keyless.Host.Http.SendAsync(request);
        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
    }
}
