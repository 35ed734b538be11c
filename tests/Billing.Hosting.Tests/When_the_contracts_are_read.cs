using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Billing.Testing;

namespace Billing.Hosting.Tests;

/// <summary>Every host has the page, whatever it obeys itself.</summary>
public sealed partial class When_the_contracts_are_read
{
    [Fact]
    public async Task Should_show_each_command_with_its_body_on_a_page_that_asks_for_nothing_else()
    {
        await using var host = await HostUnderTest.StartAsync(_ => { }, waitUntilReady: false);
        using var answer = await host.Http.GetAsync("contracts");
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.All(ReadmeExamples.All, command =>
        {
            var key = command.Key.Replace("Billing.Contracts.", "", StringComparison.Ordinal).Replace(':', '.');
            var section = Regex.Match(page, $"<section id=\"{key}\">.*?</section>", RegexOptions.Singleline).Value;
            Assert.Contains($"<dd><code>{command.Key}</code></dd>", section, StringComparison.Ordinal);
            Assert.Contains("_error</code>", section, StringComparison.Ordinal);
            var body = WebUtility.HtmlDecode(Regex.Match(section, "<pre>(.*?)</pre>", RegexOptions.Singleline).Groups[1].Value);
            Assert.True(JsonElement.DeepEquals(JsonElement.Parse(command.Value), JsonElement.Parse(body)), $"{command.Key} shows another body");
        });
        Assert.DoesNotMatch(FromElsewhere(), page);
        Assert.All(Link().Matches(page), link => Assert.Contains($"id=\"{link.Groups[1].Value}\"", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_give_programs_the_AsyncAPI_document()
    {
        await using var host = await HostUnderTest.StartAsync(_ => { }, waitUntilReady: false);
        Assert.Equal(await File.ReadAllTextAsync(ReadmeExamples.PathOf("contracts/asyncapi.json")), await host.Http.GetStringAsync("contracts/asyncapi.json"));
    }

    [Theory]
    [InlineData("contracts")]
    [InlineData("contracts/asyncapi.json")]
    public async Task Should_ask_for_the_key_as_every_address_does(string address)
    {
        var key = new TestKey("reader", "Read");
        await using var host = await HostUnderTest.StartAsync(_ => { }, settings: TestKey.SettingsOf(key), waitUntilReady: false);
        using var refused = await host.Http.GetAsync(address);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        host.Http.DefaultRequestHeaders.Add("X-Api-Key", key.Key);
        using var let = await host.Http.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, let.StatusCode);
    }

    [GeneratedRegex("<(script|link|img|iframe)|(src|href)=\"(https?:)?//|@import|url\\(")]
    private static partial Regex FromElsewhere();

    [GeneratedRegex("href=\"#([^\"]+)\"")]
    private static partial Regex Link();
}
