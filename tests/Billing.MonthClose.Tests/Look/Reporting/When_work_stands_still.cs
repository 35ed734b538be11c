using System.Net.Http.Json;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Billing.Views.MonthClose;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Reporting;

public class When_work_stands_still(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_count_each_kind_and_say_since_when()
    {
        var nothing = await StandingAsync();
        Assert.All(nothing.Kinds, kind => Assert.Equal((0, null), (kind.Count, kind.Oldest)));
        Assert.Empty(nothing.Overdue);
        Assert.Empty(nothing.Collections);
        Assert.Empty(nothing.Parked);

        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("paid"), Sample.Account("declined") with { PaymentMethod = "pm_never" }, Sample.Account("no-price"));
        await house.UseAsync(Sample.Use("paid", 1000), Sample.Use("declined", 1000), Sample.Use("no-price", 1000) with { PriceCode = "nobody-knows" });
        await house.GatewayRulesAsync(new { payment_method = "pm_never", behaviour = "decline", code = "insufficient_funds" });
        await house.CloseAsync("2026-10");
        await house.CollectionIsAsync("declined", nameof(Collection.Dunning));

        var standing = await StandingAsync();
        Assert.Equal(new ParkedAccounts("2026-10", "PriceMissing", 1), Assert.Single(standing.Parked));
        var waiting = Assert.Single(standing.Collections);
        Assert.Equal((nameof(Collection.Dunning), "USD", 1, 10.00m), (waiting.State, waiting.Currency, waiting.Count, waiting.Open));
        Assert.NotNull(waiting.Oldest);
        Assert.Equal(["accounts-parked"], standing.Kinds.Where(kind => kind.Count > 0).Select(kind => kind.Kind));

        house.Clock.Advance(TimeSpan.FromDays(9));
        Assert.Equal(new OverdueMoney("USD", 8, 30, 1, 10.00m), Assert.Single((await StandingAsync()).Overdue));
        await Eventually.HoldsAsync(() => Task.FromResult(GaugesOf.Read(house.Services, "billing.standing")),
            figures => figures.GetValueOrDefault("kind=accounts-parked") == 1 && figures.ContainsKey("kind=runs-halted"), "the figures are there");
    }

    async Task<StandingView> StandingAsync() => (await house.Http.GetFromJsonAsync<StandingView>(new Uri("api/standing", UriKind.Relative)))!;
}
