using System.Net;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Reporting;

public sealed class When_a_caller_may_not_see_people : IAsyncLifetime
{
    static readonly TestKey Reader = new("reader", "Read");
    static readonly TestKey Clerk = new("clerk", "Read, Personal");
    readonly MonthCloseHouse house = new();

    public async Task InitializeAsync()
    {
        await house.InitializeAsync();
        await house.BillOctoberAsync(Sample.Account("acme") with { Name = "Zebedee Quartz", TaxId = "DE136695976" });
        await house.StopServiceAsync();
        foreach (var (name, value) in TestKey.SettingsOf(Reader, Clerk))
            house.Settings[name] = value;
        await house.StartServiceAsync();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_read_what_it_asks_for_without_their_names()
    {
        var number = (await house.InvoiceAsync("acme")).Number;
        foreach (var path in (string[])["api/accounts/acme", "api/audit?account=acme", $"api/explain/{number}"])
        {
            var (masked, shown) = (await AskAsync(path, Reader), await AskAsync(path, Clerk));
            Assert.Contains("Z***", masked.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Zebedee", masked.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("DE136695976", masked.Text, StringComparison.Ordinal);
            Assert.Contains("Zebedee Quartz", shown.Text, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync($"api/papers/{number}?format=html", Reader)).Status);
        Assert.Contains("Zebedee Quartz", (await AskAsync($"api/papers/{number}?format=html", Clerk)).Text, StringComparison.Ordinal);
    }

    async Task<(HttpStatusCode Status, string Text)> AskAsync(string path, TestKey key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "X-Api-Key", key.Key } } };
        using var answer = await house.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
