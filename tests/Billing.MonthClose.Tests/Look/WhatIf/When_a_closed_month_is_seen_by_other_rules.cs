using System.Net;
using System.Net.Http.Json;
using Billing.Contracts.Seats.V1;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Look.WhatIf;

public sealed class When_a_closed_month_is_seen_by_other_rules : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();

    public async Task InitializeAsync()
    {
        await house.InitializeAsync();
        await house.SetPricesAsync(Sample.ApiCalls, Sample.Seat);
        await house.RegisterAsync(Sample.Account("calls"), Sample.Account("few-calls"), Sample.Account("seats"));
        await house.UseAsync(Sample.Use("calls", 2000), Sample.Use("few-calls", 100));
        // two seats for ten days, six for one, and none at the end
        await house.TellAsync(Seats(1, 2, "2026-10-01"), Seats(2, 6, "2026-10-11"), Seats(3, 0, "2026-10-12"));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.SeatLevels.CountAsync()), levels => levels == 3, "the levels are known");
        await house.CloseAsync("2026-10");
        await house.QuietAsync();       // the certificate is written last
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_show_what_another_price_would_have_made_and_write_nothing()
    {
        var before = await RowsAsync();

        var answer = await AskAsync(new WhatIfQuestion
        {
            Prices = [new WhatIfPrice { PriceCode = "api-calls", Currency = "USD", Model = "unit", UnitPrice = 0.02m }]
        });

        Assert.Equal((3, 2, 0, 0), (answer.Invoices, answer.Changed, answer.Refused, answer.ChangedSince));
        Assert.Equal(21.00m, Assert.Single(answer.Money).Difference);
        Assert.Equal([("calls", 20.00m, 40.00m), ("few-calls", 1.00m, 2.00m)], answer.Largest.Select(one => (one.AccountId, one.Before, one.After!.Value)));
        Assert.Equal(before, await RowsAsync());
    }

    // 20.00 a seat and month of 31 days: 10 days with two and one with six, against the rule
    [Theory]
    [InlineData("Daily", 16.77)]
    [InlineData("Peak", 120.00)]
    [InlineData("LastDay", 0.00)]
    public async Task Should_count_seats_by_another_rule(string rule, decimal expected)
    {
        var answer = await AskAsync(new WhatIfQuestion
        {
            SeatRule = rule,
            Prices = [new WhatIfPrice { PriceCode = "api-calls", Currency = "USD", Model = "unit", UnitPrice = 0 }]
        });

        Assert.Equal(expected, Assert.Single(answer.Money).After);
    }

    [Fact]
    public async Task Should_say_who_has_changed_since()
    {
        await house.RegisterAsync(Sample.Account("seats") with { ClosedOn = new DateOnly(2026, 10, 5) });
        await house.QuietAsync();

        Assert.Equal(1, (await AskAsync(new WhatIfQuestion { SeatRule = "Peak" })).ChangedSince);
    }

    [Theory]
    [InlineData("""{}""", "nothing is to be otherwise")]
    [InlineData("""{"seatRule":"weekly"}""", "Daily, Peak, LastDay")]
    [InlineData("""{"prices":[{"priceCode":"api-calls","currency":"USD","model":"unit"}]}""", "prices[0]")]
    [InlineData("""{"prices":[null]}""", "prices[0]: is null")]
    public async Task Should_refuse_what_it_cannot_compute(string body, string why)
    {
        using var content = new StringContent(body, null, "application/json");
        using var answer = await house.Http.PostAsync(new Uri("api/what-if/2026-10", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(why, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    async Task<WhatIfView> AskAsync(WhatIfQuestion question)
    {
        using var answer = await house.Http.PostAsJsonAsync(new Uri("api/what-if/2026-10", UriKind.Relative), question);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<WhatIfView>())!;
    }

    /// <summary>Of all tables but those whose rows go by themselves: what was taken and sent, and who holds permits of the gateway.</summary>
    async Task<string> RowsAsync() => string.Join(' ', await house.ReadInAsync("""
        select relname || ' ' || (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %I.%I', schemaname, relname), false, true, '')))[1]::text
        from pg_stat_user_tables where relname not in ('InboxState', 'OutboxMessage', 'OutboxState', 'PermitHolder') order by 1
        """));

    static SeatUsageChanged Seats(int version, int owed, string day) => new()
    {
        SubscriptionId = "sub-1",
        AccountId = "seats",
        Version = version,
        Seats = 0,
        SeatsInUse = owed,
        MaxSeatsUsed = 6,
        SeatsOwed = owed,
        AsOf = DateTimeOffset.Parse($"{day}T00:00:00Z")
    };
}
