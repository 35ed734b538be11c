using System.Net.Http.Json;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Tests.House;
using Billing.Views.MonthClose;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Reporting;

public class When_lists_are_read(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_tell_who_is_stuck_held_and_due_page_by_page()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("list-declined") with { PaymentMethod = "pm_soft" }, Sample.Account("list-held") with { PaymentMethod = "pm_hard" },
            Sample.Account("list-a"), Sample.Account("list-b"));
        await house.UseAsync(Sample.Use("list-declined", 1000), Sample.Use("list-held", 2000), Sample.Use("list-a", 1) with { PriceCode = "nobody-knows" },
            Sample.Use("list-b", 1) with { PriceCode = "nobody-knows" });
        await house.GatewayRulesAsync(
            new { payment_method = "pm_soft", behaviour = "decline", code = "insufficient_funds" }, new { payment_method = "pm_hard", behaviour = "decline", code = "stolen_card" });
        await house.CloseAsync("2026-10");
        await house.CollectionIsAsync("list-declined", nameof(Collection.Dunning));
        await house.CollectionIsAsync("list-held", nameof(Collection.OnHold));

        var parked = await ReadAsync<ParkedAccountView>("runs/2026-10/parked?limit=1");
        Assert.Equal(("list-a", "PriceMissing", null, 0m, "USD"), parked is [var a] ? (a.AccountId, a.ReasonCode, a.InvoiceNumber, a.Open, a.Currency) : default);
        Assert.Equal("list-b", Assert.Single(await ReadAsync<ParkedAccountView>("runs/2026-10/parked?after=list-a")).AccountId);
        Assert.Empty(await ReadAsync<ParkedAccountView>("runs/2026-10/parked?reason=Another"));
        Assert.Equal("list-b", Assert.Single(await ReadAsync<ParkedAccountView>("runs/2026-10/parked?account=list-b")).AccountId);

        var held = Assert.Single(await ReadAsync<HeldAccount>("holds"));
        Assert.Equal(("list-held", 20.00m, false), (held.AccountId, held.Open, held.ByHand));
        Assert.Empty(await ReadAsync<HeldAccount>($"holds?after={held.HoldId}"));

        var day = Assert.Single(await ReadAsync<PlannedDay>("collections/calendar"));
        Assert.Equal(("USD", 1, 10.00m), (day.Currency, day.Tries, day.Open));

        Assert.Equal(["list-a", "list-b", "list-declined"], (await ReadAsync<AccountLine>("accounts?text=list-&limit=3")).Select(account => account.AccountId));
        var last = Assert.Single(await ReadAsync<AccountLine>("accounts?text=list-&after=list-declined"));
        Assert.Equal(("list-held", 20.00m, true), (last.AccountId, last.Owed, last.Held));
    }

    async Task<T[]> ReadAsync<T>(string path) => (await house.Http.GetFromJsonAsync<T[]>(new Uri($"api/{path}", UriKind.Relative)))!;
}
