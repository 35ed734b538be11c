using System.Net;
using Billing.Hosting.Http;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Billing.Hosting.Tests;

public sealed class When_requests_are_bounded
{
    static readonly TestKey One = new("one", "Read");
    static readonly TestKey Other = new("other", "Read");

    [Fact]
    public async Task Should_count_the_requests_of_each_key_alone()
    {
        await using var host = await StartAsync(KeyValuePair.Create("Http:RequestsPerSecond", (string?)"3"));
        var statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StatusAsync(host, "read", One.Key)));
        Assert.Contains(HttpStatusCode.OK, statuses);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "read", Other.Key));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "health/live", null));
    }

    [Fact]
    public async Task Should_let_nobody_with_a_key_wait_for_who_guesses_one()
    {
        await using var host = await StartAsync();
        var statuses = await Task.WhenAll(Enumerable.Range(0, 60).Select(guess => StatusAsync(host, "read", $"guess {guess}")));
        Assert.Contains(HttpStatusCode.Unauthorized, statuses);
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "read", One.Key));
    }

    [Fact]
    public async Task Should_take_no_more_than_the_largest_request()
    {
        await using var host = await StartAsync(KeyValuePair.Create("Http:LargestRequest", (string?)"2000"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync(host, 2000));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(host, 2001));
    }

    [Fact]
    public async Task Should_end_a_request_that_takes_too_long()
    {
        await using var host = await StartAsync(KeyValuePair.Create("Http:LongestRequest", (string?)"00:00:01"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, await StatusAsync(host, "slow", One.Key));
    }

    [Theory]
    [InlineData("health/live")]
    [InlineData("contracts")]
    [InlineData("not/there")]
    public async Task Should_tell_a_browser_to_run_frame_and_keep_nothing(string path)
    {
        await using var host = await StartAsync();
        using var answer = await AskAsync(host, path, One.Key);
        Assert.Contains("default-src 'none'", HeaderOf(answer, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", HeaderOf(answer, "X-Content-Type-Options"));
        Assert.Equal("DENY", HeaderOf(answer, "X-Frame-Options"));
        Assert.Equal("no-referrer", HeaderOf(answer, "Referrer-Policy"));
        Assert.NotEmpty(HeaderOf(answer, "Cache-Control"));
        Assert.False(answer.Headers.Contains("Server"));
    }

    static string HeaderOf(HttpResponseMessage answer, string header) => Assert.Single(answer.Headers.GetValues(header));

    static async Task<HttpStatusCode> PostAsync(HostUnderTest host, int bytes)
    {
        using var content = new ByteArrayContent(new byte[bytes]);
        content.Headers.Add("X-Api-Key", One.Key);
        using var answer = await host.Http.PostAsync(new Uri("take", UriKind.Relative), content);
        return answer.StatusCode;
    }

    static async Task<HttpStatusCode> StatusAsync(HostUnderTest host, string path, string? key)
    {
        using var answer = await AskAsync(host, path, key);
        return answer.StatusCode;
    }

    static async Task<HttpResponseMessage> AskAsync(HostUnderTest host, string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null)
            request.Headers.Add("X-Api-Key", key);
        return await host.Http.SendAsync(request);
    }

    static Task<HostUnderTest> StartAsync(params KeyValuePair<string, string?>[] more) => HostUnderTest.StartAsync(_ => { },
        settings: new(TestKey.SettingsOf(One, Other).Concat(more)), waitUntilReady: false, map: app =>
        {
            app.MapGet("/read", () => "read").Needs(Rights.Read);
            app.MapGet("/slow", (HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)).Needs(Rights.Read);
            app.MapPost("/take", async (HttpRequest request) =>
            {
                await request.Body.CopyToAsync(Stream.Null);
            }).Needs(Rights.Read);
        });
}
