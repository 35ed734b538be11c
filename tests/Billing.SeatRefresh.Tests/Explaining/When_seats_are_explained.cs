using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.SeatRefresh.Tests.Explaining;

public sealed class When_seats_are_explained : IAsyncLifetime
{
    readonly SeatRefreshHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    /// <summary>
    /// 2026-10-01 three of three seats are taken · 10-05 dan and eve join, dan by a project below: five, two owed · 10-09 bob leaves: four in use, and the
    /// mark stays · 10-20 somebody asks why two are owed.
    /// </summary>
    [Fact]
    public async Task Should_fill_one_page_that_is_as_approved()
    {
        On("2026-10-01T08:00:00Z");
        await _house.RegisterAsync(Sample.Subscription("acme", seats: 3));
        await _house.TellAsync(new RegisterNamespace { NamespaceId = "namespace-of-acme/web", ParentId = "namespace-of-acme", Kind = "project" });
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Namespaces.AnyAsync()), "the project is known");
        await _house.JoinAsync("namespace-of-acme", "ann", "bob", "cid");
        await RefreshAsync("2026-10-01T12:00:00Z");

        On("2026-10-05T09:30:00Z");
        await _house.JoinAsync("namespace-of-acme/web", "dan");
        await _house.JoinAsync("namespace-of-acme", "eve");
        await RefreshAsync("2026-10-05T12:00:00Z");

        On("2026-10-09T10:00:00Z");
        await _house.TellAsync(Sample.Member("namespace-of-acme", "bob", state: "removed"));
        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Memberships.AnyAsync(x => x.State == "removed")), "bob is gone");
        await RefreshAsync("2026-10-09T12:00:00Z");

        var approved = ReadmeExamples.PathOf("tests/Billing.SeatRefresh.Tests/Explaining/Explanation.approved.txt");
        var page = await PageAsync("acme");
        if (!File.Exists(approved) || page != await File.ReadAllTextAsync(approved))
        {
            await File.WriteAllTextAsync(Path.ChangeExtension(approved, ".received.txt"), page);
            Assert.Fail($"The page is not as approved:\n{page}");
        }
    }

    [Fact]
    public async Task Should_say_so_when_it_was_never_counted_or_is_not_known()
    {
        await _house.RegisterAsync(Sample.Subscription("new"));
        Assert.Contains("nobody yet: it was never counted", await PageAsync("new"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await _house.Http.GetAsync(new Uri("api/seats/explain/nobody", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Should_tell_programs_the_same()
    {
        await _house.RegisterAsync(Sample.Subscription("beta", seats: 1));
        await _house.JoinAsync("namespace-of-beta", "ann", "bob");
        await _house.RefreshAsync("beta");
        using var json = JsonDocument.Parse(await _house.Http.GetStringAsync(new Uri("api/seats/explain/beta", UriKind.Relative)));
        Assert.Equal(["ann", "bob"], json.RootElement.GetProperty("madeBy").EnumerateArray().Select(x => x.GetProperty("userId").GetString()));
        Assert.Equal("a test", json.RootElement.GetProperty("mark").GetProperty("changedBy").GetString());
    }

    /// <summary>Ids may hold slashes, and a program escapes them.</summary>
    [Theory]
    [InlineData("api/seats/explain/emea/beta")]
    [InlineData("api/seats/explain/emea%2Fbeta")]
    [InlineData("api/subscriptions/emea%2Fbeta")]
    public async Task Should_find_an_id_with_a_slash_however_it_is_written(string address)
    {
        await _house.RegisterAsync(Sample.Subscription("emea/beta"));
        Assert.Equal(HttpStatusCode.OK, (await _house.Http.GetAsync(new Uri(address, UriKind.Relative))).StatusCode);
    }

    /// <summary>What is compared with a file happens at instants that stand still.</summary>
    void On(string instant)
    {
        _house.Clock.SetTo(DateTimeOffset.Parse(instant));
        _house.Clock.Stop();
        _house.Clock.Advance(DateTimeOffset.Parse(instant) - _house.Clock.GetUtcNow());
    }

    async Task RefreshAsync(string instant)
    {
        On(instant);
        await _house.RefreshAsync("acme");
    }

    async Task<string> PageAsync(string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/seats/explain/{id}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        using var answer = await _house.Http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }
}
