using System.Net;
using System.Net.Http.Json;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Tests.House;
using Billing.Views.MonthClose;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Reporting;

public class When_runs_are_listed(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_show_the_newest_month_first_with_what_became_of_it()
    {
        Assert.Empty(await ListAsync(""));

        await house.SetPricesAsync(Sample.ApiCalls);
        string[] ids = ["acme", "beta", "coda"];
        await house.RegisterAsync([.. ids.Select(Sample.Account)]);
        await house.UseAsync([.. ids.Select(id => Sample.Use(id, 1000))]);
        await house.CloseAsync("2026-10");
        await house.CloseAsync("2026-11");

        var runs = await ListAsync("");
        Assert.Equal(["2026-11", "2026-10"], runs.Select(run => run.Period));
        Assert.All(runs, run => Assert.Equal((3, 3, 0, 0), (run.Accounts, run.Closed, run.Parked, run.Cancelled)));
        Assert.All(runs, run => Assert.True(run.CompletedAt > run.StartedAt));
        Assert.Empty(runs[0].Money);        // nothing was used in November
        var shown = (await house.RunAsync("2026-10")).GetProperty("totals").EnumerateArray().Single();
        Assert.Equal(new RunMoney(shown.GetProperty("currency").GetString()!, 3, shown.GetProperty("invoiced").GetDecimal(), shown.GetProperty("collected").GetDecimal(), 0),
            Assert.Single(runs[1].Money));

        Assert.Equal(["2026-11"], (await ListAsync("?limit=1")).Select(run => run.Period));
        Assert.Equal(["2026-10"], (await ListAsync("?before=2026-11")).Select(run => run.Period));
        using var refused = await house.Http.GetAsync(new Uri("api/runs?before=november", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("before is \\\"november\\\"; expected a month such as 2026-10", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    async Task<RunLine[]> ListAsync(string query) => (await house.Http.GetFromJsonAsync<RunLine[]>(new Uri($"api/runs{query}", UriKind.Relative)))!;
}
